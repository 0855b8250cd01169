#pragma once
/// The `plimsoll` command: one function per subcommand, and the one place where exceptions become exit codes.
///
/// stdout carries results (a table for people, JSON lines with --json), stderr everything else. Exit codes: core/error.hpp.

#include <string>
#include <vector>

#include "core/error.hpp"

namespace plimsoll {

/// Whole life of the process. Never throws.
int run_command(int argc, char** argv);

/// Words after the subcommand's name.
using Words = std::vector<std::string>;

/// A subcommand. Throws BadInput and IoError; anything else it throws is our bug.
struct Subcommand {
  const char* name;
  const char* usage;    ///< arguments, for the overview
  const char* summary;  ///< one line
  ExitCode (*run)(const Words&);
};
const std::vector<Subcommand>& subcommands();

ExitCode run_experiment_command(const Words& words);
ExitCode check_command(const Words& words);
ExitCode import_command(const Words& words);
ExitCode generate_command(const Words& words);
ExitCode calibrate_command(const Words& words);
ExitCode inspect_command(const Words& words);
ExitCode compare_command(const Words& words);
ExitCode curve_command(const Words& words);
ExitCode tca_command(const Words& words);
ExitCode list_command(const Words& words);
ExitCode merge_command(const Words& words);
ExitCode pretrade_command(const Words& words);
/// Program, libraries and versions of the plugin boundary.
std::string version_text();

}  // namespace plimsoll
