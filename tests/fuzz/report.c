/*
 * The wire form of a report, as a process that was taken over would write it: it is refused, or it is a report that
 * writes itself the same.
 *
 * Input: the wire form.
 */
#include "fuzz.h"

#include "capture/report.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (SluiceReport) report = sluice_report_new ();
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  if (!sluice_report_read (report, data, size, &error))
    {
      g_assert_error (error, SLUICE_REPORT_ERROR, SLUICE_REPORT_ERROR_INVALID);
      return 0;
    }
  g_assert_no_error (error);
  sluice_report_write (report, bytes);
  g_assert_cmpuint (bytes->len, ==, size);
  return 0;
}
