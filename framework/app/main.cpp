#include "app/command.hpp"

int main(int argc, char** argv) { return plimsoll::run_command(argc, argv); }
