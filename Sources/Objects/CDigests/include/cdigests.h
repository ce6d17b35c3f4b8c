// SHA-2 and HMAC by the BoringSSL that NIOSSL brings: what speaks TLS needs no second library for
// digests, and none of what another one stands on.
#ifndef ZIGTTP_CDIGESTS_H
#define ZIGTTP_CDIGESTS_H

#include <stddef.h>
#include <stdint.h>

// A digest under way. Copying it is copying its bytes.
typedef struct {
  uint64_t state[14];
} cdigests_sha256;
typedef struct {
  uint64_t state[26];
} cdigests_sha512;

void cdigests_sha256_start(cdigests_sha256 *digest);
void cdigests_sha256_update(cdigests_sha256 *digest, const void *bytes, size_t count);
// The digest of what it was given so far; it can go on afterwards.
void cdigests_sha256_result(const cdigests_sha256 *digest, uint8_t result[32]);

void cdigests_sha512_start(cdigests_sha512 *digest);
void cdigests_sha512_update(cdigests_sha512 *digest, const void *bytes, size_t count);
void cdigests_sha512_result(const cdigests_sha512 *digest, uint8_t result[64]);

// HMAC-SHA-256 (RFC 2104); 0, or -1 where there is no memory for it.
int cdigests_hmac_sha256(
    const void *key, size_t key_count, const void *message, size_t message_count, uint8_t result[32]);

#endif
