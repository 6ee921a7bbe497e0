#include "app/doctor-page.h"

#include "sluice-config.h"

#include <glib/gi18n-lib.h>

static const char *
tier_title (const char *tier)
{
  if (g_str_equal (tier, "kernel"))
    return _("What the kernel counts by itself");
  if (g_str_equal (tier, "packets"))
    return _("Reading packets");
  if (g_str_equal (tier, "exact"))
    return _("Counting inside the kernel");

  return tier;
}

/* A mark, and words beside it; what they say is text, no markup. */
static GtkWidget *
make_row (gboolean    good,
          const char *title,
          const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *icon = gtk_image_new_from_icon_name (good ? "object-select-symbolic" : "window-close-symbolic");

  if (!good)
    gtk_widget_add_css_class (icon, "dim-label");
  gtk_accessible_update_property (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  good ? _("Available") : _("Not available"), -1);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);

  return row;
}

static GtkWidget *
make_tier_row (const SluiceTierReport *tier)
{
  g_autoptr (GString) text = g_string_new (tier->gives);

  if (tier->obstacle != NULL)
    g_string_append_printf (text, "\n%s", tier->obstacle);
  if (tier->mend != NULL)
    g_string_append_printf (text, "\n%s", tier->mend);

  return make_row (tier->available, tier_title (tier->tier), text->str);
}

static AdwPreferencesGroup *
add_group (AdwPreferencesPage *page,
           const char         *title,
           const char         *description)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());

  adw_preferences_group_set_title (group, title);
  adw_preferences_group_set_description (group, description);
  adw_preferences_page_add (page, group);

  return group;
}

/**
 * sluice_doctor_page_new:
 * @report: what was found on this computer
 *
 * Returns: (transfer full): what can be seen here, and what stands in the way of more
 */
AdwPreferencesPage *
sluice_doctor_page_new (const SluiceDoctorReport *report)
{
  AdwPreferencesPage *page = ADW_PREFERENCES_PAGE (g_object_ref_sink (adw_preferences_page_new ()));
  AdwPreferencesGroup *tiers = add_group (page, _("What can be seen here"),
                                          _("Sluice uses the best of these that needs no password."));
  AdwPreferencesGroup *checks = add_group (page, _("What was found"), NULL);

  for (guint i = 0; i < report->tiers->len; i++)
    adw_preferences_group_add (tiers, make_tier_row (&g_array_index (report->tiers, SluiceTierReport, i)));
  for (guint i = 0; i < report->checks->len; i++)
    {
      const SluiceDoctorCheck *check = &g_array_index (report->checks, SluiceDoctorCheck, i);

      adw_preferences_group_add (checks, make_row (check->ok, check->text, NULL));
    }
  return page;
}
