#include "app/command.hpp"
#include "core/memory.hpp"

int main(int argc, char** argv) {
  plimsoll::keep_freed_memory();
  return plimsoll::run_command(argc, argv);
}
