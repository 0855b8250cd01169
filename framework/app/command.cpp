#include "app/command.hpp"

#include <algorithm>
#include <csignal>
#include <iostream>
#include <new>

#include "app/console.hpp"
#include "app/program.hpp"
#include "experiment/nearest_word.hpp"
#include "io/durable_file.hpp"

namespace plimsoll {
namespace {

std::string overview() {
  std::string out = "plimsoll: how large an order a market can carry, and at what cost\n\n";
  for (const Subcommand& command : subcommands()) {
    const std::string call = std::string{"  plimsoll "} + command.name + " " + command.usage;
    out += call + "\n      " + command.summary + "\n";
  }
  out +=
      "  plimsoll --version\n\nEach takes --help. Exit codes: 0 done, 1 our bug, 2 some scenarios failed, 3 a gate was breached,\n"
      "64 wrong usage, 65 bad data, 66 input missing, 73 cannot create output, 74 I/O error, 75 stopped early (the same\n"
      "command resumes), 78 bad scenario.\n";
  return out;
}

[[noreturn]] void unknown_command(const std::string& word) {
  std::vector<std::string> names;
  for (const Subcommand& command : subcommands()) names.emplace_back(command.name);
  const std::string nearest = nearest_word(word, names);
  throw BadInput{ExitCode::usage,
                 {"USAGE-COMMAND", "", word, "is not a command",
                  nearest.empty() ? "plimsoll --help lists them" : "did you mean \"" + nearest + "\"?"}};
}

ExitCode dispatch(const Words& words) {
  if (words.empty()) {
    std::cerr << overview();
    return ExitCode::usage;
  }
  const std::string& word = words.front();
  if (word == "--help" || word == "-h" || word == "help") {
    std::cout << overview();
    return ExitCode::done;
  }
  if (word == "--version") {
    std::cout << version_text();
    return ExitCode::done;
  }
  for (const Subcommand& command : subcommands())
    if (word == command.name) return command.run({words.begin() + 1, words.end()});
  unknown_command(word);
}

/// Results are worth nothing when nobody got them: a full disk behind `> file` must not look like success.
ExitCode flushed(ExitCode code) {
  std::cout.flush();
  if (std::cout.good() || code != ExitCode::done) return code;
  report_error({"IO-STDOUT", "", "", "standard output could not be written", "check the disk it goes to"});
  return ExitCode::io_error;
}

}  // namespace

const std::vector<Subcommand>& subcommands() {
  static const std::vector<Subcommand> kCommands = {
      {"run", "SCENARIO.toml [-o DIR] [--set K=V].. [options]",
       "run a scenario file, or go on where it stopped; ends in a table and result.h5", run_experiment_command},
      {"check", "SCENARIO.toml [--set K=V]..", "everything that needs no simulation: keys, data, plugins, times, and the plan",
       check_command},
      {"import", "FEED [INPUT] -o TAPE.h5 [--set K=V]..", "convert market data once; tells what was dropped, repaired or invented",
       import_command},
      {"generate", "MODEL -o TAPE.h5 [--set K=V].. [--days N --first-date D]", "write tapes of a generated market, one a weekday",
       generate_command},
      {"calibrate", "TAPE.. -o impact.toml [options]", "fit parameters of impact models to recorded days, with standard errors",
       calibrate_command},
      {"inspect", "FILE [--json]", "what a file is, and what is in it: a tape, a result, raw ITCH", inspect_command},
      {"compare", "A.h5 B.h5 [--group KEY] [--fail-above METRIC=VALUE]..", "what changed between two results, paired, with intervals",
       compare_command},
      {"curve", "RESULT.h5 [--csv]", "how far orders of each size moved the market, and how it came back", curve_command},
      {"tca", "TAPE.h5 --parents P.csv --fills F.csv [-o DIR]", "what your own trades cost on a recorded day, measured like simulated ones",
       tca_command},
      {"list", "[strategies|impact_models|feeds [NAME]]", "what a scenario file may name, and its settings", list_command},
      {"pretrade", "MODEL --quantity LOTS [--set K=V].. [options]",
       "what an order would cost in an impact model: cost, risk, schedule, frontier; or whether the model can be manipulated",
       pretrade_command},
      {"merge", "DIR", "put the shards of a results folder together again", merge_command},
  };
  return kCommands;
}

int run_command(int argc, char** argv) {
  // A reader that went away (`| head`) must not end a sweep.
  std::signal(SIGPIPE, SIG_IGN);
  const Words words(argv + 1, argv + std::max(argc, 1));
  set_json_errors(std::find(words.begin(), words.end(), "--json") != words.end());
  ExitCode code = ExitCode::bug;
  try {
    code = flushed(dispatch(words));
  } catch (const BadInput& error) {
    for (const InputError& each : error.errors()) report_error(each);
    code = error.exit_code();
  } catch (const IoError& error) {
    report_error(error.error());
    code = error.exit_code();
  } catch (const std::bad_alloc&) {
    report_error({"MEMORY", "", "", "out of memory", "use fewer --threads or a smaller --batch; what was sealed is kept"});
    code = ExitCode::io_error;
  } catch (const std::exception& error) {
    report_error({"BUG", "", "", std::string{error.what()} + ": this is a bug of plimsoll, not of your input",
                  "please report it with the command, the scenario file and the output of plimsoll --version"});
  } catch (...) {
    report_error({"BUG", "", "", "an unknown exception: this is a bug of plimsoll, not of your input", "please report it"});
  }
  return static_cast<int>(code);
}

}  // namespace plimsoll
