#pragma once
/// The built-in strategies by their entry functions: the same table a shared object exports.
#include "sdk/plimsoll.h"

extern "C" {
const plimsoll_plugin* plimsoll_entry_immediate(void);
const plimsoll_plugin* plimsoll_entry_twap(void);
const plimsoll_plugin* plimsoll_entry_pov(void);
}
