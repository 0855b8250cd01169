#pragma once
// The program as users start it.

#include <string>

namespace plimsoll::bench {

std::string plimsoll_program();
// bench_instructions, which is run under callgrind.
std::string instruction_program();
// Folder with the shared object of first_event_plugin.cpp.
std::string first_event_folder();

}  // namespace plimsoll::bench
