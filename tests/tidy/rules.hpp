#pragma once
/// House rules that a text can be checked for, one function each. `tidy: allow WORD` in a comment of the line or of the one before lets a
/// single place through; WORD is the rule's name and the comment says why.

#include "source_text.hpp"

namespace tidy {

/// Words that must not stand in the code (comments and strings aside): clocks, randomness, <cmath>, locale, order of sums.
Findings check_banned_code(const SourceFile& file);

/// Variables that outlive a call and can change: static, thread_local or at namespace scope.
Findings check_mutable_globals(const SourceFile& file);

/// Loops over containers whose order is not defined. `header` declares the members of a .cpp file; empty when there is none.
Findings check_unordered_iteration(const SourceFile& file, const SourceFile& header);

/// Unfinished work and paths of somebody's machine, in any file.
Findings check_words(const SourceFile& file);

/// Lines over 140 characters in code, build files and scenarios.
Findings check_line_length(const SourceFile& file);

/// C++ files over 450 lines, and entries of the list of exceptions that are no longer needed.
struct LongFile {
  std::string path;
  std::string reason;
};
Findings check_file_length(const Tree& tree, const std::vector<LongFile>& exceptions);

/// Headers of the framework guard themselves and open with their contract.
Findings check_header_start(const SourceFile& file);

/// Compiler flags that let two machines disagree.
Findings check_build_flags(const SourceFile& file);

}  // namespace tidy
