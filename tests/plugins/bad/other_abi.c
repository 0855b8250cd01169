/* A table of another version: its first four fields are all a host may read, so nothing else is filled in. */
#include "sdk/plimsoll.h"

static const plimsoll_plugin table = {sizeof(plimsoll_plugin), PLIMSOLL_ABI_MAJOR + 7, PLIMSOLL_ABI_MINOR + 3, 0, 0, 0, 1, 1, 0};

__attribute__((visibility("default"))) const plimsoll_plugin* plimsoll_plugin_entry(void) { return &table; }
