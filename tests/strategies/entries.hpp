#pragma once
/// The built-in strategies by their entry functions: the same table a shared object exports.
#include "sdk/plimsoll.h"

extern "C" {
const plimsoll_plugin* plimsoll_entry_immediate(void);
const plimsoll_plugin* plimsoll_entry_twap(void);
const plimsoll_plugin* plimsoll_entry_pov(void);
const plimsoll_plugin* plimsoll_entry_almgren_chriss_schedule(void);
const plimsoll_plugin* plimsoll_entry_almgren_chriss_portfolio(void);
const plimsoll_plugin* plimsoll_entry_almgren_power_schedule(void);
const plimsoll_plugin* plimsoll_entry_obizhaeva_wang_schedule(void);
const plimsoll_plugin* plimsoll_entry_bertsimas_lo(void);
const plimsoll_plugin* plimsoll_entry_gueant(void);
const plimsoll_plugin* plimsoll_entry_cartea_jaimungal(void);
}
