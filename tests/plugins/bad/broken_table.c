/* The right version, but everything else about it is wrong. */
#include <math.h>
#include <stddef.h>

#include "sdk/plimsoll.h"

static const plimsoll_param_info params[] = {
    {sizeof(plimsoll_param_info), PLIMSOLL_REAL, "rate", "1", "", "1.5", NULL, 0.0, 1.0, 0, 0},
    {sizeof(plimsoll_param_info), PLIMSOLL_REAL, "rate", "1", "", "0.5", NULL, 0.0, 1.0, 0, 0},
    {sizeof(plimsoll_param_info), 9, "strange", "1", "", NULL, NULL, -INFINITY, INFINITY, 0, 0},
    {sizeof(plimsoll_param_info), PLIMSOLL_INTEGER, "Upper Case", "1", "", NULL, NULL, -INFINITY, INFINITY, 0, 0},
    {sizeof(plimsoll_param_info), PLIMSOLL_INTEGER, "upside_down", "1", "", NULL, NULL, 5, 4, 0, 0},
};
static const plimsoll_strategy_type hollow = {
    sizeof(plimsoll_strategy_type), 5, "hollow", "no functions", "", params, NULL, NULL, NULL, NULL, NULL};
static const plimsoll_impact_model_type cut_off = {8, 0, "cut_off", "", "", NULL, NULL, NULL, NULL, NULL, NULL};
static const plimsoll_strategy_type* const strategies[] = {&hollow, NULL};
static const plimsoll_impact_model_type* const impact_models[] = {&cut_off};
static const plimsoll_plugin table = {
    sizeof(plimsoll_plugin), PLIMSOLL_ABI_MAJOR, PLIMSOLL_ABI_MINOR, 0, "by hand", strategies, 2, 1, impact_models};

__attribute__((visibility("default"))) const plimsoll_plugin* plimsoll_plugin_entry(void) { return &table; }
