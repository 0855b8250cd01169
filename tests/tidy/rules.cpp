#include "rules.hpp"

#include <algorithm>
#include <regex>
#include <set>

namespace tidy {

namespace {

constexpr std::size_t kLongestLine = 140;
constexpr std::size_t kLongestFile = 450;

std::string place(const SourceFile& file, std::size_t line) { return file.path + ":" + std::to_string(line + 1); }

bool is_model_code(const SourceFile& file) {
  return file.is_cpp() && (file.below("framework/") || file.below("strategies/") || file.below("impact_models/"));
}

struct BannedCode {
  const char* name;     ///< what `tidy: allow` calls it
  const char* pattern;  ///< searched line by line, comments and strings blanked
  const char* except;   ///< paths where it is at home
  const char* instead;
};

#define TIDY_TRANSCENDENTAL                                                                                                         \
  "(exp|exp2|expm1|log|log2|log10|log1p|pow|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|asinh|acosh|atanh|cbrt|hypot|erf|erfc|" \
  "tgamma|lgamma)[fl]?"

constexpr BannedCode kBannedCode[] = {
    {"clock",
     R"re(\b(system|steady|high_resolution|utc|file)_clock\b|::now\s*\()re"
     R"re(|\b(gettimeofday|clock_gettime|timespec_get)\b|(^|[^\w.>])time\s*\(\s*(NULL|nullptr|0|&\w+)\s*\))re",
     "framework/app/.*", "the wall clock is read in framework/app and tests/bench only"},
    {"random",
     R"re(\brandom_device\b|\bmt19937|\bminstd_rand|\bdefault_random_engine\b|\branlux|\b[sd]?rand(48|_r)?\s*\()re"
     R"re(|\b\w+_distribution\b|\b(random_)?shuffle\s*\()re",
     "", "use core/random.hpp: every draw has an address"},
    {"cmath", R"re((\bstd\s*::|[^\w:.>]::)\s*)re" TIDY_TRANSCENDENTAL R"re(\b)re", "framework/core/math\\..pp",
     "use core/math.hpp (plugins: the host's functions): its bits do not depend on the C library"},
    {"cmath", R"re((^|[-+*/%=(,;{<&|!?~[]|[^:]:|\breturn)\s*)re" TIDY_TRANSCENDENTAL R"re(\s*\()re", "framework/core/math\\..pp",
     "use core/math.hpp (plugins: the host's functions): its bits do not depend on the C library"},
    {"locale", R"re(\b(stof|stod|stold|atof|strtof|strtod|strtold|v?s?n?scanf|vfscanf|fscanf|setlocale)\b|\bstd\s*::\s*locale\b)re", "",
     "numbers are read with std::from_chars, whatever the user's locale"},
    {"reduce", R"re(\bparallel_reduce\b|\bstd\s*::\s*(transform_)?reduce\b|\bstd\s*::\s*execution\b)re", "",
     "the order of a sum must not depend on threads; use parallel_deterministic_reduce or a loop in scenario order"},
};

/// `text` from `at` on, up to the character that ends a declarator; template arguments are passed over.
std::string declaration_at(const std::string& text, std::size_t at, char& terminator) {
  int depth = 0;
  std::string declaration;
  for (terminator = '\0'; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '<') ++depth;
    if (c == '>' && depth > 0) --depth;
    if (depth == 0 && (c == '(' || c == ';' || c == '=' || c == '{')) {
      terminator = c;
      break;
    }
    declaration += c;
  }
  return declaration;
}

bool never_changes(const std::string& declaration) {
  static const std::regex constant{R"re(\b(const|constexpr)\b)re"};
  const std::size_t star = declaration.rfind('*');
  const std::string value_part = star == std::string::npos ? declaration : declaration.substr(star);
  static const std::regex constant_expression{R"re(\bconstexpr\b)re"};
  return std::regex_search(value_part, constant) || std::regex_search(declaration, constant_expression);
}

std::set<std::string> unordered_names(const SourceFile& file) {
  static const std::regex type{R"re(\bunordered_(map|set|multimap|multiset|flat_map|flat_set)\s*<)re"};
  const std::string code = blanked(file.text, Blank::comments_and_strings);
  std::set<std::string> names;
  for (std::sregex_iterator match{code.begin(), code.end(), type}, end; match != end; ++match) {
    char terminator = '\0';
    const std::string declaration = declaration_at(code, static_cast<std::size_t>(match->position()), terminator);
    static const std::regex last_word{R"re((\w+)\s*(\[[^\]]*\]\s*)?$)re"};
    std::smatch name;
    if (terminator != '\0' && std::regex_search(declaration, name, last_word)) names.insert(name[1]);
  }
  return names;
}

std::size_t characters(const std::string& line) {
  return static_cast<std::size_t>(
      std::count_if(line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

Findings check_banned_code(const SourceFile& file) {
  Findings findings;
  const bool may_hold_clock = file.is_cpp() && file.below("tests/") && !file.below("tests/bench/");
  if (!is_model_code(file) && !may_hold_clock) return findings;
  const std::vector<std::string> raw = lines_of(file.text);
  const std::vector<std::string> code = lines_of(blanked(file.text, Blank::comments_and_strings));
  for (const BannedCode& banned : kBannedCode) {
    if (may_hold_clock && std::string_view{banned.name} != "clock") continue;
    if (std::regex_match(file.path, std::regex{banned.except})) continue;
    const std::regex pattern{banned.pattern};
    for (std::size_t i = 0; i < code.size(); ++i) {
      std::smatch match;
      if (!std::regex_search(code[i], match, pattern) || is_allowed(raw, i, banned.name)) continue;
      std::string problem = match.str();
      findings.push_back({place(file, i), problem.append(": ").append(banned.instead)});
    }
  }
  return findings;
}

Findings check_mutable_globals(const SourceFile& file) {
  Findings findings;
  if (!is_model_code(file)) return findings;
  const std::vector<std::string> raw = lines_of(file.text);
  const std::string code = blanked(file.text, Blank::comments_and_strings);
  static const std::regex storage{R"re(\b(static|thread_local)\b)re"};
  for (std::sregex_iterator match{code.begin(), code.end(), storage}, end; match != end; ++match) {
    const auto at = static_cast<std::size_t>(match->position());
    const auto line = static_cast<std::size_t>(std::count(code.begin(), code.begin() + match->position(), '\n'));
    const std::size_t before = code.find_last_of(";{}\n", at);
    const std::size_t start = before == std::string::npos ? 0 : before + 1;
    char terminator = '\0';
    const std::string declaration = code.substr(start, at - start) + declaration_at(code, at, terminator);
    const bool per_thread = match->str() == "thread_local";
    if (!per_thread && (terminator == '(' || never_changes(declaration) || declaration.find("thread_local") != std::string::npos)) continue;
    if (is_allowed(raw, line, match->str())) continue;
    findings.push_back({place(file, line), match->str() + " variable that can change: state belongs to a run"});
  }
  static const std::regex at_namespace_scope{
      R"re(^(inline\s+|extern\s+)?[A-Za-z_][\w:<>,\s]*[\s*&>]\w+(\[\w*\])?\s*(=[^=].*|\{[^()]*\})?;)re"};
  static const std::regex no_variable{
      R"re(^(using|typedef|namespace|class|struct|enum|union|template|friend|return|static|thread_local)\b)re"};
  const std::vector<std::string> code_lines = lines_of(code);
  for (std::size_t i = 0; i < code_lines.size(); ++i) {
    const std::string& text = code_lines[i];
    if (!std::regex_search(text, at_namespace_scope) || std::regex_search(text, no_variable)) continue;
    if (never_changes(text.substr(0, text.find_first_of("={")))) continue;
    if (is_allowed(raw, i, "static")) continue;
    findings.push_back({place(file, i), "a variable at namespace scope that can change: state belongs to a run"});
  }
  return findings;
}

Findings check_unordered_iteration(const SourceFile& file, const SourceFile& header) {
  Findings findings;
  if (!is_model_code(file)) return findings;
  std::set<std::string> names = unordered_names(file);
  names.merge(unordered_names(header));
  const std::vector<std::string> raw = lines_of(file.text);
  const std::vector<std::string> code = lines_of(blanked(file.text, Blank::comments_and_strings));
  for (const std::string& name : names) {
    const std::regex loop{R"re(\bfor\s*\([^;]*[^:]:\s*([\w.]|->|\*)*\b)re" + name + R"re(\s*\)|\b)re" + name +
                          R"re(\s*(\.|->)\s*c?r?begin\s*\()re"};
    for (std::size_t i = 0; i < code.size(); ++i) {
      if (!std::regex_search(code[i], loop) || is_allowed(raw, i, "unordered")) continue;
      findings.push_back({place(file, i), std::string{"iterates over "}.append(name).append(", whose order is not defined")});
    }
  }
  return findings;
}

Findings check_words(const SourceFile& file) {
  Findings findings;
  // Put together from halves: this file is checked too.
  static const std::regex unfinished{std::string{"\\b(TO"} + "DO|FIX" + "ME|X" + "XX)\\b"};
  static const std::regex machine_path{std::string{"(^|[^\\w.])/(work|root|Users"} + "|home/\\w+)/"};
  const std::vector<std::string> lines = lines_of(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (std::regex_search(lines[i], unfinished))
      findings.push_back({place(file, i), "a note of unfinished work: finish it or file an issue"});
    if (std::regex_search(lines[i], machine_path)) findings.push_back({place(file, i), "an absolute path of somebody's machine"});
  }
  return findings;
}

Findings check_line_length(const SourceFile& file) {
  Findings findings;
  const bool is_ruled =
      file.is_cpp() || file.ends_with(".cmake") || file.ends_with("CMakeLists.txt") || file.ends_with(".toml") || file.path == "dev";
  if (!is_ruled) return findings;
  const std::vector<std::string> lines = lines_of(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t length = characters(lines[i]);
    if (length > kLongestLine)
      findings.push_back({place(file, i), std::to_string(length) + " characters; the limit is " + std::to_string(kLongestLine)});
  }
  return findings;
}

Findings check_file_length(const Tree& tree, const std::vector<LongFile>& exceptions) {
  Findings findings;
  const auto is_excepted = [&exceptions](const std::string& path) {
    return std::any_of(exceptions.begin(), exceptions.end(), [&path](const LongFile& known) { return known.path == path; });
  };
  const auto is_long = [](const SourceFile& file) { return file.is_cpp() && lines_of(file.text).size() > kLongestFile; };
  for (const auto& [path, file] : tree) {
    if (is_long(file) && !is_excepted(path)) {
      findings.push_back({path, std::to_string(lines_of(file.text).size()) + " lines: which second concept moved in?"});
    }
  }
  for (const LongFile& known : exceptions) {
    const auto found = tree.find(known.path);
    if (found == tree.end() || !is_long(found->second)) findings.push_back({known.path, "is listed as a long file but is none"});
    if (known.reason.empty()) findings.push_back({known.path, "is listed as a long file without a reason"});
  }
  return findings;
}

Findings check_header_start(const SourceFile& file) {
  Findings findings;
  if (!file.below("framework/") || !file.is_header()) return findings;
  const std::vector<std::string> code = lines_of(blanked(file.text, Blank::comments));
  const auto first =
      std::find_if(code.begin(), code.end(), [](const std::string& line) { return line.find_first_not_of(" \t\r") != std::string::npos; });
  const bool is_guarded = first != code.end() && (*first == "#pragma once" || first->starts_with("#ifndef "));
  if (!is_guarded) findings.push_back({file.path, "does not start with #pragma once or an include guard"});

  const std::vector<std::string> raw = lines_of(file.text);
  const auto contract =
      std::find_if(raw.begin(), raw.end(), [](const std::string& line) { return line.starts_with("///") || line.starts_with("/*"); });
  const auto first_code = std::find_if(code.begin(), code.end(), [](const std::string& line) {
    return line.find_first_not_of(" \t\r") != std::string::npos && !line.starts_with("#");
  });
  const auto contract_line = std::distance(raw.begin(), contract);
  if (contract == raw.end() || contract_line > std::distance(code.begin(), first_code)) {
    findings.push_back({file.path, "does not open with a comment that states its contract"});
  }
  return findings;
}

Findings check_build_flags(const SourceFile& file) {
  Findings findings;
  const bool is_build_file =
      file.ends_with("CMakeLists.txt") || file.ends_with(".cmake") || file.path == "CMakePresets.json" || file.path == "dev";
  if (!is_build_file) return findings;
  static const std::regex fast{R"re(-ffast-math|-Ofast|-funsafe-math|-fassociative-math|-ffp-contract=fast|-march=|-mfma)re"};
  const std::vector<std::string> lines = lines_of(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::smatch match;
    if (std::regex_search(lines[i], match, fast)) findings.push_back({place(file, i), match.str() + " changes results between machines"});
  }
  return findings;
}

}  // namespace tidy
