// zlib, and as functions what it has as macros, which Swift cannot see.
#ifndef ZIGTTP_CZLIB_H
#define ZIGTTP_CZLIB_H

#include <zlib.h>

// 15 window bits, plus 16 for a gzip wrapper.
static inline int czlib_deflate_gzip_start(z_streamp stream, int level) {
  return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}

// Takes a zlib stream and nothing else.
static inline int czlib_inflate_start(z_streamp stream) {
  return inflateInit2(stream, 15);
}

// Takes a gzip stream and nothing else.
static inline int czlib_inflate_gzip_start(z_streamp stream) {
  return inflateInit2(stream, 15 + 16);
}

#endif
