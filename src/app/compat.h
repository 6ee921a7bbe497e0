#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The answer to a question; called once. */
typedef void (*SluiceCompatAnswer) (gboolean agreed,
                                    gpointer user_data);

/* The file that was chosen; called once, and not where none was. */
typedef void (*SluiceCompatFile) (GFile   *file,
                                  gpointer user_data);

gboolean   sluice_compat_is_seen           (GtkWidget          *widget);
GtkWidget *sluice_compat_view_switcher_new (AdwViewStack       *stack,
                                            GtkWidget          *bar);
void       sluice_compat_view_switcher_set_title (GtkWidget    *switcher,
                                            const char         *title);
void       sluice_compat_present_about     (GtkWindow          *parent);
void       sluice_compat_present_page      (GtkWindow          *parent,
                                            const char         *title,
                                            AdwPreferencesPage *page);
void       sluice_compat_ask               (GtkWidget          *widget,
                                            const char         *heading,
                                            const char         *body,
                                            const char         *action,
                                            const char         *refusal,
                                            SluiceCompatAnswer  answer,
                                            gpointer            user_data);
void       sluice_compat_choose_capture    (GtkWindow          *parent,
                                            SluiceCompatFile    chosen,
                                            gpointer            user_data);
void       sluice_compat_tell              (GtkWidget          *widget,
                                            const char         *heading,
                                            const char         *body);

G_END_DECLS
