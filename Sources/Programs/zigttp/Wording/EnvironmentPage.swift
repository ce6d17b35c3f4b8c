import Encodings

/// `zigttp help environment`: which variables zigttp reads, and how a handler's own are treated.
enum EnvironmentPage {
  static let text: SafeText = """
    Of zigttp itself:

      ZIGTTP_STORE              the store, where --store does not name one
      ZIGTTP_RUNTIME            the runtime that is packed, where --runtime does not name one
      ZIGTTP_CONTROL_PLANE_URL  where a deploy without --local goes
      ZIGTTP_SIGNING_KEY_FILE   the key that signs the ledger, instead of ~/.zigttp/keys
      SOURCE_DATE_EPOCH         seconds since 1970, the time in images; 0 where it is not set
      HOME, XDG_STATE_HOME      where keys, credentials and what was seen of ledgers are kept

    Of a handler, read with `env(name)` of "zigttp:env": the packed program takes exactly the names
    that the contract lists, from its environment and from .env beside it; the environment wins. It
    does not start (78) where a required one is missing: one that is read without `??`, `?.` or a
    comparison. .env never configures zigttp.

    What is read under the name of a secret must not leak (`zigttp help properties`). A name is a
    secret where it holds one of these, looked at word by word (API_KEY is API and KEY):

      anywhere                  SECRET, PASSWORD, PASSWD, PASSPHRASE, PRIVATE, CREDENTIAL, TOKEN
      as a word, or at its end  KEY
      as a word                 AUTH, PASS, PWD, DSN
      at the end of the name    DATABASE_URL, REDIS_URL, MONGO_URL

    It is none all the same where

      one of its words is       PUBLIC
      its last word is          HOST, DOMAIN, ISSUER, AUDIENCE, NAME, or another URL

    package.json has the last word: `"zigttp": { "env": { "MAP_TOKEN": "config" } }` says that it is
    no secret, "secret" that it is one.

    """
}
