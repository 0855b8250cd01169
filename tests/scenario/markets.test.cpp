// Lists of markets: files, patterns over days and symbols, and everything that can be wrong with them.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "claims.hpp"
#include "vocabulary.hpp"

using namespace plimsoll;
using namespace scenario_test;

namespace {

/// A folder of files without content, gone at the end.
class Files {
 public:
  explicit Files(const std::vector<std::string>& names) {
    std::string pattern = (std::filesystem::temp_directory_path() / "plimsoll_markets_XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
    for (const std::string& name : names) write(name, "");
  }
  ~Files() { std::filesystem::remove_all(path_); }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;
  void write(const std::string& name, const std::string& text) const { std::ofstream{path_ / name} << text; }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

std::string with_market(const std::string& lines) { return scenario_test::with_line(kSound, 5, lines); }

std::vector<std::string> settings_of(const ExperimentFile& file, const std::string& name) {
  std::vector<std::string> out;
  for (const auto& market : file.markets) out.push_back(market->settings.at(name));
  return out;
}

const std::string kPattern = with_market(
    "feed = \"files\"\npath = \"/t/{symbol}_{date}.h5\"\nsymbols = [\"B\", \"A\"]\nfirst_date = \"2026-01-02\"\n"
    "last_date = \"2026-01-05\"\ncalendar = \"weekdays\"");

void check_first_fault(const std::string& text, const std::string& beginning, const std::vector<std::string>& overrides = {}) {
  const std::string faults = faults_of(text, overrides);
  INFO(faults);
  CHECK(faults.rfind("error " + beginning, 0) == 0);
}

/// What is not there is no fault of the scenario: exit 66.
std::string missing_of(const std::string& text) {
  try {
    plan(text);
    return "";
  } catch (const BadInput& error) {
    CHECK(error.exit_code() == ExitCode::no_input);
    return error.what();
  }
}

}  // namespace

TEST_CASE("a pattern names a file for each day and symbol, days slowest, symbols in their order") {
  CHECK(settings_of(plan(kPattern), "path") ==
        std::vector<std::string>{"/t/B_2026-01-02.h5", "/t/A_2026-01-02.h5", "/t/B_2026-01-05.h5", "/t/A_2026-01-05.h5"});
  CHECK(settings_of(plan(kPattern, {"market.path=/t/{yyyymmdd}/{symbol}/{mmddyyyy}{symbol}", "market.symbols=[\"X\"]"}), "path") ==
        std::vector<std::string>{"/t/20260102/X/01022026X", "/t/20260105/X/01052026X"});
  CHECK(plan(kPattern, {"market.last_date=2026-01-31"}).markets.size() == 2 * 21);
}

TEST_CASE("a feed that wants to be told date and symbol is told") {
  const ExperimentFile file =
      plan(with_market("feed = \"vendor\"\npath = \"/t/{mmddyyyy}.itch\"\nsymbols = [\"A\", \"B\"]\n"
                       "first_date = \"2026-01-02\"\nlast_date = \"2026-01-02\""));
  CHECK(settings_of(file, "path") == std::vector<std::string>{"/t/01022026.itch", "/t/01022026.itch"});
  CHECK(settings_of(file, "symbol") == std::vector<std::string>{"A", "B"});
  CHECK(settings_of(file, "date") == std::vector<std::string>{"2026-01-02", "2026-01-02"});
}

TEST_CASE("a generator makes another market for each day") {
  const std::string two_days = "feed = \"made\"\nfirst_date = \"1970-01-02\"\nlast_date = \"1970-01-03\"";
  const ExperimentFile file = plan(with_market(two_days));
  CHECK(settings_of(file, "date") == std::vector<std::string>{"1970-01-02", "1970-01-03"});
  CHECK(settings_of(file, "day") == std::vector<std::string>{"1", "2"});
  check_first_fault(with_market(two_days + "\nday = 7"), "SCENARIO-CONFLICT x.toml:8:7 [market.day] is set for each market of the list");
}

TEST_CASE("files are taken by name, globs match files of one folder, and the order is that of the names") {
  const Files files{{"b_2.h5", "b_1.h5", "a.h5", "b_10.h5", "c.txt"}};
  const auto paths = [&](const std::string& list) { return settings_of(plan(with_market("feed = \"files\"\npaths = " + list)), "path"); };
  CHECK(paths("[\"" + (files / "b_*.h5") + "\", \"" + (files / "a.h5") + "\"]") ==
        std::vector<std::string>{files / "a.h5", files / "b_1.h5", files / "b_10.h5", files / "b_2.h5"});
  CHECK(paths("[\"" + (files / "b_?.h5") + "\"]") == std::vector<std::string>{files / "b_1.h5", files / "b_2.h5"});
  CHECK(paths("[\"" + (files / "*") + "\"]").size() == 5);
  CHECK(paths("[\"/not/there.h5\"]") == std::vector<std::string>{"/not/there.h5"});  // whether it is there is asked with all the others
  CHECK(paths("[\"tapes/x.h5\"]") == std::vector<std::string>{"/folder/tapes/x.h5"});
}

TEST_CASE("scenarios are numbered by market, then combination, then seed") {
  const std::string text = kPattern + "[sweep]\nparent.quantity_lots = [10, 20]\n[experiment]\nseeds = 3\n";
  const ExperimentFile file = plan(text);
  CHECK(file.scenario_count == 4 * 2 * 3);
  const auto source = file.expand(toy_facts).scenarios;
  REQUIRE(source->size() == 24);
  for (std::size_t number = 0; number < source->size(); ++number) {
    const Scenario scenario = source->make(number);
    CHECK(scenario.run.scenario == number);
    CHECK(source->market_of(number) == number / 6);
    CHECK(scenario.markets->members.front().source == file.markets[number / 6]);
    CHECK(scenario.run.parents.front().lots == (number / 3 % 2 == 0 ? 10 : 20));
    CHECK(scenario.run.replicate == number % 3);
    REQUIRE(scenario.swept.size() == 4);
    CHECK(scenario.swept[2].key == "symbol");
    CHECK(scenario.swept[3].key == "date");
    CHECK(std::get<std::string>(scenario.swept[3].value) == "2023-11-15");
  }
}

TEST_CASE("sweeping a setting of the feed keeps the days of each value together") {
  const ExperimentFile file = plan(kPattern + "[sweep]\nmarket.path = [\"/a/{symbol}{date}\", \"/b/{symbol}{date}\"]\n");
  REQUIRE(file.markets.size() == 8);
  const auto source = file.expand(toy_facts).scenarios;
  REQUIRE(source->size() == 8);
  for (std::size_t number = 0; number < 8; ++number) {
    CHECK(source->market_of(number) == number);
    CHECK(source->make(number).markets->members.front().source->settings.at("path").starts_with(number % 2 == 0 ? "/a/" : "/b/"));
  }
}

TEST_CASE("a scenario of a list has the key it has alone: how many other days there are, and where they lie, decides nothing") {
  const std::vector<Scenario> all = expand(kPattern);
  std::set<std::string> keys;
  for (std::size_t index = 0; index < all.size(); ++index) {
    const std::string path = all[index].markets->members.front().source->settings.at("path");
    CHECK(expand(with_market("feed = \"files\"\npath = \"" + path + "\"")).front().key == all[index].key);
    keys.insert(all[index].key);
  }
  CHECK(keys.size() == all.size());
  CHECK(expand(kPattern, {"market.last_date=2026-02-01", "market.calendar=us_equities"}).front().key == all.front().key);
}

TEST_CASE("times and prices count from each tape's own day") {
  const auto days_apart = [](const MarketSource& market) {
    TapeFacts facts = toy_facts(market);
    const Duration later = market.settings.at("path").find("05.h5") != std::string::npos ? 3 * 86'400 * kSecond : 0;
    facts.first_time += later;
    facts.last_time += later;
    facts.at_clock = [later](Duration since_midnight) { return kMidnight + later + since_midnight; };
    facts.instrument.tick_e9 = later > 0 ? 5'000'000 : 10'000'000;
    return facts;
  };
  const std::vector<Scenario> all = all_of(plan(kPattern, {"parent.limit_price=10"}), days_apart);
  CHECK(all[2].run.parents.front().start - all[0].run.parents.front().start == 3 * 86'400 * kSecond);
  CHECK(all[0].run.parents.front().limit == 1'000);
  CHECK(all[2].run.parents.front().limit == 2'000);
}

TEST_CASE("a time outside one of many tapes names that tape; an end beyond many is one note") {
  const auto short_day = [](const MarketSource& market) {
    TapeFacts facts = toy_facts(market);
    if (market.settings.at("path").find("A_2026-01-05") == std::string::npos) return facts;
    facts.instrument.symbol = "A";
    facts.date = "2026-01-05";
    facts.last_time = kMidnight + 34'500 * kSecond;
    return facts;
  };
  try {
    plan(kPattern).expand(short_day);
    FAIL("a start after the last event was taken");
  } catch (const BadInput& error) {
    CHECK(std::string{error.what()} ==
          "error SCENARIO-TIME x.toml:14:9 [parent.start] on A 2026-01-05 is after the tape's last event; the last event is at 09:35:00");
  }
  const auto notes = plan(kPattern, {"parent.end=11:00:00"}).expand(toy_facts).notes;
  REQUIRE(notes.size() == 1);
  CHECK(notes.front().find("first on TOY 2023-11-15") != std::string::npos);
}

TEST_CASE("the resolved text of a list is a scenario file of the same experiment") {
  const Files files{{"a.h5", "b.h5"}};
  for (const std::string& text : {kPattern, with_market("feed = \"files\"\npaths = [\"" + (files / "*.h5") + "\"]")}) {
    const ExperimentFile first = plan(text);
    INFO(first.resolved_text);
    const ExperimentFile second = plan(first.resolved_text);
    CHECK(second.resolved_text == first.resolved_text);
    CHECK(settings_of(second, "path") == settings_of(first, "path"));
  }
}

TEST_CASE("a calendar may be a file with a date a line") {
  const Files files{{}};
  files.write("days", "# sessions\n2026-01-05\n\n2026-01-02  # a Friday\n2026-01-06\r\n2025-12-31\n");
  CHECK(settings_of(plan(kPattern, {"market.calendar=" + (files / "days"), "market.symbols=[\"A\"]"}), "path") ==
        std::vector<std::string>{"/t/A_2026-01-02.h5", "/t/A_2026-01-05.h5"});
  files.write("days", "2026-01-05\n2026-1-6\n2026-01-05\n");
  const std::string faults = faults_of(kPattern, {"market.calendar=" + (files / "days")});
  CHECK(faults.find("error SCENARIO-DATE " + (files / "days") + ":2 [market.calendar] \"2026-1-6\" is no date") == 0);
  CHECK(faults.find("\nerror SCENARIO-DATE " + (files / "days") + ":3 [market.calendar] 2026-01-05 stands twice") != std::string::npos);
  CHECK(missing_of(with_market("feed = \"files\"\npath = \"{date}\"\nfirst_date = \"2026-01-02\"\nlast_date = \"2026-01-05\"\n"
                               "calendar = \"nyse.txt\""))
            .find("error DATA-MISSING x.toml:9:12 [market.calendar] /folder/nyse.txt cannot be read") == 0);
}

TEST_CASE("a misspelt calendar is a bad word and no missing file; a file may have a name of one word") {
  check_first_fault(
      kPattern,
      "SCENARIO-CHOICE --set market.calendar=us_equitys [market.calendar] \"us_equitys\" is no calendar and no file; did you mean "
      "\"us_equities\"?",
      {"market.calendar=us_equitys"});
  check_first_fault(kPattern,
                    "SCENARIO-CHOICE --set market.calendar=nyse [market.calendar] \"nyse\" is no calendar and no file; name every_day,",
                    {"market.calendar=nyse"});
  const Files files{{}};
  files.write("sessions", "2026-01-05\n");
  const ExperimentFile file = ScenarioFile::parse("x.toml", kPattern, files / "", {}).plan(vocabulary());
  CHECK(file.markets.size() == 4);
  std::string own = kPattern;
  own.replace(own.find("weekdays"), 8, "sessions");
  CHECK(ScenarioFile::parse("x.toml", own, files / "", {}).plan(vocabulary()).markets.size() == 2);
}

TEST_CASE("a pattern of many stars takes no longer than its name and the file's are long") {
  const std::string name(200, 'a');
  const Files files{{name, name + "b"}};
  std::string stars;
  for (int star = 0; star < 40; ++star) stars += "*a";
  const auto found = [&](const std::string& glob) {
    return settings_of(plan(with_market("feed = \"files\"\npaths = [\"" + (files / glob) + "\"]")), "path");
  };
  CHECK(found(stars + "*b") == std::vector<std::string>{files / (name + "b")});
  CHECK(found(stars) == std::vector<std::string>{files / name});
  CHECK(found(stars + "?").size() == 2);
}

TEST_CASE("stars and question marks match what they should, and no hidden file") {
  const Files files{{"ab.h5", "abab.h5", "b.h5", ".ab.h5", ".h5"}};
  const auto found = [&](const std::string& glob) {
    std::vector<std::string> names;
    for (const std::string& path : settings_of(plan(with_market("feed = \"files\"\npaths = [\"" + (files / glob) + "\"]")), "path"))
      names.push_back(std::filesystem::path{path}.filename().string());
    return names;
  };
  using Names = std::vector<std::string>;
  CHECK(found("*") == Names{"ab.h5", "abab.h5", "b.h5"});
  CHECK(found("*ab.h5") == Names{"ab.h5", "abab.h5"});
  CHECK(found("*b.*") == Names{"ab.h5", "abab.h5", "b.h5"});
  CHECK(found("a*a?.h5*") == Names{"abab.h5"});
  CHECK(found("??.h5") == Names{"ab.h5"});
  CHECK(found(".*") == Names{".ab.h5", ".h5"});
  CHECK_FALSE(missing_of(with_market("feed = \"files\"\npaths = [\"" + (files / "?ab.h5") + "\"]")).empty());
}

TEST_CASE("a symbol stands in a path as import writes it, and leads nowhere else") {
  const ExperimentFile file =
      plan(kPattern, {"market.symbols=[\"../evil\", \"BAC+A\", \"BRK.B\", \"{date}\"]", "market.last_date=2026-01-02"});
  CHECK(settings_of(file, "path") == std::vector<std::string>{"/t/%2E.%2Fevil_2026-01-02.h5", "/t/BAC%2BA_2026-01-02.h5",
                                                              "/t/BRK.B_2026-01-02.h5", "/t/%7Bdate%7D_2026-01-02.h5"});
  const ExperimentFile vendor =
      plan(with_market("feed = \"vendor\"\npath = \"/t/{mmddyyyy}.itch\"\nsymbols = [\"BAC+A\"]\n"
                       "first_date = \"2026-01-02\"\nlast_date = \"2026-01-02\""));
  CHECK(settings_of(vendor, "symbol") == std::vector<std::string>{"BAC+A"});
  check_first_fault(kPattern, "SCENARIO-CHOICE x.toml:4:2 [market.path] {day} is no placeholder", {"market.path=/t/{symbol}_{date}_{day}"});
}

TEST_CASE("a pattern that no file fits is missing input") {
  CHECK(missing_of(with_market("feed = \"files\"\npaths = [\"/nowhere/*.h5\", \"none_?.h5\"]")) ==
        "error DATA-MISSING x.toml:6:10 [market.paths] no file is named /nowhere/*.h5; check the path\n"
        "error DATA-MISSING x.toml:6:27 [market.paths] no file is named /folder/none_?.h5; check the path");
}

TEST_CASE("every mistake in a list of markets is an error with its place") {
  const Files files{{"a.h5"}};
  const auto files_feed = [&](const std::string& lines) { return with_market("feed = \"files\"\n" + lines); };
  check_first_fault(files_feed("paths = [\"a\", \"b\", \"a\"]"), "SCENARIO-CONFLICT x.toml:6:9 [market.paths] /folder/a is named twice");
  check_first_fault(files_feed("paths = [\"" + (files / "a.h5") + "\", \"" + (files / "*.h5") + "\"]"),
                    "SCENARIO-CONFLICT x.toml:6:9 [market.paths]");
  check_first_fault(files_feed("paths = []"), "SCENARIO-CONFLICT x.toml:6:9 [market.paths] is empty");
  check_first_fault(files_feed("paths = \"a\""), "SCENARIO-TYPE x.toml:6:9 [market.paths] a text where a list of texts is wanted");
  check_first_fault(files_feed("paths = [1]"), "SCENARIO-TYPE x.toml:6:10 [market.paths] an integer where a list of texts is wanted");
  check_first_fault(files_feed("paths = [\"/*/a.h5\"]"),
                    "SCENARIO-CHOICE x.toml:6:10 [market.paths] /*/a.h5 has * or ? in the name of a folder");
  check_first_fault(files_feed("paths = [\"a\"]\npath = \"b\""), "SCENARIO-CONFLICT x.toml:6:9 [market.paths] excludes market.path");
  check_first_fault(files_feed("paths = [\"a\"]\nfirst_date = \"2026-01-02\""),
                    "SCENARIO-CONFLICT x.toml:6:9 [market.paths] excludes market.first_date");
  check_first_fault(files_feed("paths = [\"a\"]") + "[sweep]\nmarket.path = [\"b\"]\n",
                    "SCENARIO-CONFLICT x.toml:6:9 [market.paths] excludes market.path");
  check_first_fault(with_market("feed = \"toy\"\npaths = [\"a\"]"),
                    "SCENARIO-CONFLICT x.toml:6:9 [market.paths] the toy feed reads no file");
  check_first_fault(files_feed("symbols = [\"A\"]"), "SCENARIO-MISSING-KEY x.toml:4:2 [market.path]");
  check_first_fault(files_feed("path = \"{symbol}\"\nsymbols = [\"A\", \"A\"]"),
                    "SCENARIO-CONFLICT x.toml:7:17 [market.symbols] \"A\" is named twice");
  check_first_fault(files_feed("path = \"{symbol}\"\nsymbols = [\"\"]"),
                    "SCENARIO-CONFLICT x.toml:7:12 [market.symbols] \"\" is no symbol");
  check_first_fault(files_feed("path = \"{symbol}\""),
                    "SCENARIO-MISSING-KEY x.toml:4:2 [market.symbols] is required: market.path holds {symbol}");
  check_first_fault(files_feed("path = \"{yyyymmdd}\""),
                    "SCENARIO-MISSING-KEY x.toml:4:2 [market.first_date] is required: market.path holds a date");
  check_first_fault(files_feed("path = \"a\"\nsymbols = [\"A\"]"),
                    "SCENARIO-CONFLICT x.toml:4:2 [market.symbols] every one of them would read the same");
  check_first_fault(files_feed("path = \"a\"\nfirst_date = \"2026-01-02\"\nlast_date = \"2026-01-05\""),
                    "SCENARIO-CONFLICT x.toml:4:2 [market.first_date] every one of them would read the same");
  check_first_fault(with_market("feed = \"vendor\"\npath = \"a\"\nsymbols = [\"A\"]\nsymbol = \"B\""),
                    "SCENARIO-CONFLICT x.toml:8:10 [market.symbol] is set for each market of the list");
  check_first_fault(kPattern + "[sweep]\nmarket.symbols = [[\"A\"]]\n",
                    "SCENARIO-SWEEP x.toml:21:8 [sweep.market.symbols] cannot be swept");
  check_first_fault(kPattern + "[sweep]\nmarket.last_date = [\"2026-01-05\"]\n",
                    "SCENARIO-SWEEP x.toml:21:8 [sweep.market.last_date] cannot be swept");
  check_first_fault(kPattern, "SCENARIO-DATE --set market.last_date=2026-02-30 [market.last_date] \"2026-02-30\" is no date; write",
                    {"market.last_date=2026-02-30"});
  check_first_fault(kPattern, "SCENARIO-DATE --set market.last_date=2026-01-01 [market.last_date] is before first_date",
                    {"market.last_date=2026-01-01"});
  check_first_fault(files_feed("path = \"{date}\"\nfirst_date = 2026-01-02\nlast_date = \"2026-01-05\""),
                    "SCENARIO-TYPE x.toml:7:14 [market.first_date] a TOML date or time where one value is wanted; put it in quotes");
  check_first_fault(files_feed("path = \"{date}\"\nfirst_date = \"2026-01-02\""),
                    "SCENARIO-MISSING-KEY x.toml:7:14 [market.last_date] is required with first_date");
  check_first_fault(files_feed("path = \"{date}\"\nlast_date = \"2026-01-02\""),
                    "SCENARIO-MISSING-KEY x.toml:7:13 [market.first_date] is required with last_date");
  check_first_fault(files_feed("path = \"a\"\ncalendar = \"weekdays\""),
                    "SCENARIO-MISSING-KEY x.toml:7:12 [market.first_date] is required with calendar");
  check_first_fault(kPattern,
                    "SCENARIO-DATE --set market.first_date=1999-12-31 [market.first_date] us_equities knows the days from 2000-01-01 on",
                    {"market.calendar=us_equities", "market.first_date=1999-12-31"});
  check_first_fault(kPattern, "SCENARIO-DATE --set market.first_date=2026-01-03 [market.first_date] no session lies between",
                    {"market.first_date=2026-01-03", "market.last_date=2026-01-04"});
  check_first_fault(kPattern, "SCENARIO-TOO-MANY --set experiment.seeds=100000",
                    {"experiment.seeds=100000", "market.last_date=2026-02-05"});
  check_first_fault(kPattern + "[market.first]\nx = 1\n", "SCENARIO-UNKNOWN-KEY x.toml:20:9 [market.first] unknown table");
  check_first_fault(with_market("feed = \"files\"\npaths = [\"a\"]\ncalender = \"weekdays\""),
                    "SCENARIO-UNKNOWN-KEY x.toml:7:1 [market.calender] unknown key; did you mean \"calendar\"?");
}

TEST_CASE("a million markets are refused before one of them is made") {
  std::string symbols;
  for (int index = 0; index < 2'000; ++index) symbols += "\"S" + std::to_string(index) + "\",";
  const std::string faults =
      faults_of(kPattern, {"market.symbols=[" + symbols + "]", "market.calendar=every_day", "market.last_date=2199-12-31"});
  CHECK(faults.rfind("error SCENARIO-TOO-MANY x.toml [market] are more than 1000000 scenarios", 0) == 0);
}
