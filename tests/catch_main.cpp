// Catch2 v2 (Debian 12) wants one translation unit with its main; v3 (Debian 13) brings a library instead.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
