#include "csys.h"

static int count;
static char **values;

// glibc hands the program's own arguments to every constructor, in static programs as well.
__attribute__((constructor)) static void keep(int argc, char **argv) {
  count = argc;
  values = argv;
}

int csys_argument_count(void) { return count; }

const char *csys_argument(int index) { return values[index]; }
