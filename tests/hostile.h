#pragma once

#include <glib.h>

/*
 * What a stranger may put into a process name, a command line, a desktop file, a host name or an interface name. Each
 * sink's test sends every one of these through and checks that it comes out harmless.
 */
static const char *const hostile_texts[] = {
  "",
  " ",
  "\n",
  "plain",
  "line\nbreak\r\nand\ttab",
  "bell\a backspace\b\b\b delete\x7f",
  "\x1b[31mred\x1b[0m", /* colours a terminal */
  "\x1b]0;new title\a", /* renames its window */
  "\x1b[2J\x1b[H",      /* wipes it */
  "\xc2\x9b"
  "31mC1",                                                 /* the same in one character */
  "<b>bold</b> & <a href=\"file:///etc/passwd\">here</a>", /* markup */
  "]]>&amp;&#x202e;&unknown;<",                            /* broken markup */
  "<span size='1'",                                        /* markup that never ends */
  "=HYPERLINK(\"http://192.0.2.1/\",\"open\")",            /* formulas */
  "+1+1",
  "-2+3",
  "@SUM(A1:A9)",
  "\t=1+1",
  "\r=1+1",
  "a,b;\"c\"\nd", /* CSV's own characters */
  "\"",
  "\"\"\"",
  "'",
  "'; DROP TABLE programs; --", /* SQL */
  "%s%s%s%n%n",
  "%1$*2$s",
  "{0}",
  "${HOME}",
  "$(id)",
  "`id`", /* formats and shells */
  "../../../../etc/passwd",
  "/",
  "//",
  ".",
  "..",
  "-rf",
  "--help",                                           /* paths and options */
  "Subject: x\r\nBcc: someone@example.org",           /* mail headers */
  "{\"type\":\"sample\"}\n{\"type\":\"summary\"}",    /* JSON Lines */
  "exe\xe2\x80\xaegpj.txt",                           /* right-to-left override */
  "\xe2\x81\xa6\xe2\x81\xa7\xe2\x81\xa8\xe2\x81\xa9", /* isolates */
  "\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c",                 /* direction marks */
  "fire\xe2\x80\x8b"
  "fox",
  "fire\xc2\xad"
  "fox", /* zero-width space, soft hyphen */
  "\xef\xbb\xbf"
  "bom",
  "word\xe2\x81\xa0joiner",
  "\xe2\x80\x8c\xe2\x80\x8d",
  "para\xe2\x80\xa9graph\xe2\x80\xa8line",                     /* separators */
  "tag\xf3\xa0\x81\x81\xf3\xa0\x81\x82\xf3\xa0\x81\xbf",       /* tag characters */
  "a\xf3\xa0\x84\x80\xf3\xa0\x84\x81\xef\xb8\x8f\xef\xb8\x80", /* variation selectors that carry data */
  "\xe3\x85\xa4\xe1\x85\x9f",                                  /* Hangul fillers */
  "Z\xcc\x80\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86\xcc\x87\xcc\x88\xcc\x89\xcc\x8a\xcc\x8b\xcc\x8c\xcc\x8d",
  "\xcc\x81 first", /* a mark that would sit on the label's colon */
  "\xff\xfe\xfd",
  "\x80",
  "\xc3",
  "\xe2\x82",
  "\xf0\x9f\x98", /* no UTF-8, or cut short */
  "\xc0\xaf..\xc0\xaf",
  "\xe0\x80\xaf",             /* overlong */
  "\xed\xa0\x80\xed\xb0\x80", /* surrogates */
  "\xf4\x90\x80\x80",
  "\xef\xbf\xbf",
  "\xef\xb7\x90",                                                       /* beyond Unicode, noncharacters */
  "\xd8\xa8\xd8\xb1\xd9\x86\xd8\xa7\xd9\x85\xd8\xac",                   /* an honest Arabic name */
  "\xe7\xbd\x91\xe7\xbb\x9c \xf0\x9f\xa6\x8a \xe2\x98\x80\xef\xb8\x8f", /* honest Chinese and emoji */
  "(deleted)",
  "a (deleted)",
  "(sd-pam)",
  ") R 1 1 1", /* what /proc/PID/stat trips over */
  "null",
  "NaN",
  "-",
  "–",
  "unattributed",
  "other users", /* our own words */
};

/* Asserts that @text can be shown anywhere: UTF-8 without a control, a line end, or anything that hides or turns text.
 * An oracle of its own: it shares no table with the sanitiser. */
G_GNUC_UNUSED static void
assert_harmless (const char *text)
{
  g_assert_nonnull (text);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      g_assert_false (c < 0x20 || (c >= 0x7f && c <= 0x9f));
      g_assert_false (c == 0xad || c == 0x61c || c == 0xfeff);
      g_assert_false (c >= 0x200b && c <= 0x200f);
      g_assert_false (c >= 0x2028 && c <= 0x202e);
      g_assert_false (c >= 0x2060 && c <= 0x206f);
      g_assert_false (c >= 0xe0000 && c <= 0xe0fff);
      g_assert_false ((c & 0xfffe) == 0xfffe);
    }
}
