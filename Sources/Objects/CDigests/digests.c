#include "cdigests.h"

#include <CNIOBoringSSL_digest.h>
#include <CNIOBoringSSL_hmac.h>
#include <CNIOBoringSSL_sha2.h>
#include <limits.h>
#include <string.h>

_Static_assert(sizeof(cdigests_sha256) == sizeof(SHA256_CTX), "the state has another size");
_Static_assert(sizeof(cdigests_sha512) == sizeof(SHA512_CTX), "the state has another size");

// The library's functions fail for nothing that is given here.

void cdigests_sha256_start(cdigests_sha256 *digest) { SHA256_Init((SHA256_CTX *)digest); }

void cdigests_sha256_update(cdigests_sha256 *digest, const void *bytes, size_t count) {
  if (count > 0) SHA256_Update((SHA256_CTX *)digest, bytes, count);
}

void cdigests_sha256_result(const cdigests_sha256 *digest, uint8_t result[32]) {
  SHA256_CTX end;
  memcpy(&end, digest, sizeof end);
  SHA256_Final(result, &end);
}

void cdigests_sha512_start(cdigests_sha512 *digest) { SHA512_Init((SHA512_CTX *)digest); }

void cdigests_sha512_update(cdigests_sha512 *digest, const void *bytes, size_t count) {
  if (count > 0) SHA512_Update((SHA512_CTX *)digest, bytes, count);
}

void cdigests_sha512_result(const cdigests_sha512 *digest, uint8_t result[64]) {
  SHA512_CTX end;
  memcpy(&end, digest, sizeof end);
  SHA512_Final(result, &end);
}

int cdigests_hmac_sha256(
    const void *key, size_t key_count, const void *message, size_t message_count,
    uint8_t result[32]) {
  unsigned count = 0;
  // An empty array may lie nowhere.
  const void *start = key ? key : "", *bytes = message ? message : "";
  return HMAC(EVP_sha256(), start, key_count, bytes, message_count, result, &count) ? 0 : -1;
}
