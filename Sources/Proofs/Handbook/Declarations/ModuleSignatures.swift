import HandlerLanguage

/// What the table of the modules does not say: the types of what goes in and comes out, and in a
/// sentence what a function is for.
enum ModuleSignatures {
  /// A function's types and its sentence.
  typealias Entry = (signature: Signature, summary: String)

  /// What is known of a function; of one that stands in the table alone, what its row tells.
  static func entry(of row: ModuleRow) -> Entry {
    if let found = known[row.function.rawValue] { return found }
    return (Signature([], type(of: row.result)), "")
  }

  /// Whether a function has an entry of its own.
  static func isKnown(_ function: ModuleFunction) -> Bool { known[function.rawValue] != nil }

  private static func type(of result: ModuleRow.Result) -> String {
    switch result {
    case .undefined: "void"
    case .boolean: "boolean"
    case .number: "number"
    case .string: "string"
    case .stringOrUndefined: "string | undefined"
    case .record: "{ [name: string]: string }"
    case .function, .own, .result: "any"
    }
  }

  // By the table's own names, so that a function and its types can come in any order.
  private static let known: [String: Entry] =
    data.merging(security) { first, _ in first }.merging(web) { first, _ in first }

  private static let text = "Printable"
  private static let header = "string | null | undefined"

  private static let data: [String: Entry] = [
    "env.env": (
      Signature(["string"], "string | undefined"),
      "The value of an environment variable; undefined when it is not set."
    ),
    "cache.cacheGet": (
      Signature(["string", text], "string | undefined"),
      "What was stored under a key; undefined when there is nothing, or its time is over."
    ),
    "cache.cacheSet": (
      Signature(["string", text, text, "number"], "boolean"),
      "Stores a text under a key, for good or for so many seconds."
    ),
    "cache.cacheDelete": (
      Signature(["string", text], "boolean"),
      "Removes a key; true when it was there."
    ),
    "cache.cacheIncr": (
      Signature(["string", text, "number", "number"], "number"),
      "Adds to the number under a key, from 0 where there is none, and gives the sum, in one step: of "
        + "requests at the same time one alone gets 1. What is asked with `cacheGet` and then stored is "
        + "two steps, between which others run."
    ),
    "cache.cacheStats": (
      Signature(["string"], "{ hits: number; misses: number; size: number }"),
      "How often the cache was asked and had an answer, of one namespace or of all."
    ),
    "sql.sql": (
      Signature(["string", "string"], "boolean"),
      "Names a statement, at module level. It is prepared against schema.sql at deploy."
    ),
    "sql.sqlOne": (
      Signature(
        ["string", "{ [name: string]: Printable | null }"], "T | undefined",
        generics: "<T = { [column: string]: any }>"),
      "The first row of a named statement; undefined when there is none."
    ),
    "sql.sqlMany": (
      Signature(
        ["string", "{ [name: string]: Printable | null }"], "T[]",
        generics: "<T = { [column: string]: any }>"),
      "Every row of a named statement."
    ),
    "sql.sqlExec": (
      Signature(
        ["string", "{ [name: string]: Printable | null }"],
        "{ changes: number; lastInsertRowid: number }"),
      "Runs a named statement that changes something."
    ),
    "id.uuid": (Signature([], "string"), "A random UUID, version 4."),
    "id.ulid": (Signature([], "string"), "A ULID: sorted by time, then random."),
    "id.nanoid": (
      Signature(["number"], "string"), "A random id of letters that are safe in a URL."
    ),
    "log.logDebug": (Signature([text, "any"], "void"), "A line in the log, of level debug."),
    "log.logInfo": (Signature([text, "any"], "void"), "A line in the log, of level info."),
    "log.logWarn": (Signature([text, "any"], "void"), "A line in the log, of level warn."),
    "log.logError": (Signature([text, "any"], "void"), "A line in the log, of level error."),
    "text.escapeHtml": (Signature([text], "string"), "The text with `& < > \" '` escaped."),
    "text.unescapeHtml": (Signature([text], "string"), "Undoes escapeHtml: raw data again."),
    "text.slugify": (Signature([text], "string"), "A text as it may stand in a path."),
    "text.truncate": (
      Signature([text, "number", text], "string"),
      "The text, cut to so many units with an ellipsis where it is longer."
    ),
    "text.mask": (
      Signature([text, "number"], "string"),
      "Stars, but for the last few units: a secret as it may be shown."
    ),
    "time.formatIso": (Signature(["number"], "string"), "Milliseconds as an ISO 8601 time."),
    "time.formatHttp": (Signature(["number"], "string"), "Milliseconds as HTTP writes a date."),
    "time.parseIso": (
      Signature([text], "number"),
      "Milliseconds of an ISO 8601 date or time. A fault for others: check what comes in first, such as "
        + "its length and letters."
    ),
    "time.addSeconds": (Signature(["number", "number"], "number"), "Milliseconds, later."),
  ]

  private static let security: [String: Entry] = [
    "auth.parseBearer": (
      Signature([header], "string | undefined"),
      "The token of an `authorization: Bearer …` header."
    ),
    "auth.jwtVerify": (
      Signature(
        [
          header, "string | undefined",
          "{ issuer?: string; audience?: string; [option: string]: any }",
        ], "Result<{ [claim: string]: any }>"),
      "The claims of a token signed with HS256, or why it does not count."
    ),
    "auth.jwtSign": (
      Signature(["object | string", "string"], "string"), "A token with claims, signed with HS256."
    ),
    "auth.verifyWebhookSignature": (
      Signature([text, header, "string"], "boolean"),
      "Whether a body was signed with the secret, compared in constant time. The signature is the "
        + "HMAC-SHA-256 in hex, alone or behind `sha256=`; not Stripe's `t=…,v1=…`, which is taken "
        + "apart first and made with `hmacSha256`."
    ),
    "auth.timingSafeEqual": (
      Signature([text, text], "boolean"), "Whether two texts are equal, in constant time."
    ),
    "crypto.sha256": (Signature([text], "string"), "The SHA-256 of a text, in hex."),
    "crypto.hmacSha256": (
      Signature([text, text], "string"), "The HMAC-SHA-256 of a message under a key, in hex."
    ),
    "crypto.base64Encode": (Signature([text], "string"), "The text's UTF-8 in base64."),
    "crypto.base64Decode": (
      Signature([text], "string"),
      "The text that was encoded. A fault for what is not base64: check what comes in first."
    ),
    "ratelimit.rateCheck": (
      Signature(
        [text, "number", "number"],
        "Result<{ remaining: number; resetMs: number }, { resetMs: number; retryAfter: number }>"),
      "Counts a use of a key, and tells whether it is within the limit of the window."
    ),
    "ratelimit.rateReset": (Signature([text], "boolean"), "Forgets the uses of a key."),
    "validate.schemaCompile": (
      Signature(["string", "string | object"], "boolean"),
      "Names a JSON Schema, at module level."
    ),
    "validate.schemaDrop": (Signature(["string"], "boolean"), "Forgets a schema."),
    "validate.validateJson": (
      Signature(["string", header], "Validated<T>", generics: "<T = any>"),
      "Parses a text, and holds the value against a schema."
    ),
    "validate.validateObject": (
      Signature(["string", "any"], "Validated<T>", generics: "<T = any>"),
      "Holds a value against a schema."
    ),
    "validate.coerceJson": (
      Signature(["string", header], "Validated<T>", generics: "<T = any>"),
      "As validateJson, with texts turned into the schema's numbers and booleans."
    ),
    "decode.decodeJson": (
      Signature(["string", header], "Validated<T>", generics: "<T = any>"),
      "A JSON body that fits a schema."
    ),
    "decode.decodeForm": (
      Signature(["string", header], "Validated<T>", generics: "<T = any>"),
      "A form's body that fits a schema, its texts turned into the schema's types."
    ),
    "decode.decodeQuery": (
      Signature(
        ["string", "string | { readonly [name: string]: string | undefined }"], "Validated<T>",
        generics: "<T = any>"),
      "A query that fits a schema, its texts turned into the schema's types."
    ),
  ]

  private static let web: [String: Entry] = [
    "router.routerMatch": (
      Signature(
        ["T", "Request"],
        "{ handler: T[keyof T]; route: string; params: { [name: string]: string } } | undefined",
        generics: "<T extends { readonly [route: string]: any }>"),
      "The first route that fits: keys are `METHOD /a/:id/*`. undefined when none does."
    ),
    "compose.guard": (
      Signature(["T"], "T", generics: "<T extends (value: any) => any>"),
      "A step of a sequence: before the handler it gets the request, after it the Response."
    ),
    "compose.pipe": (
      Signature(["...((value: any) => any)[]"], "(req: Request) => Response"),
      "A sequence of guards and one handler: what `a |> b` is, in TypeScript's own syntax."
    ),
    "fetch.fetch": (
      Signature(["string", "FetchInit"], "Response"),
      "Asks another service and waits, at most 30 seconds. What fails below HTTP has status 599 and "
        + "`ok: false`; a GET whose connection drops may be sent again. Redirects "
        + "are followed to hosts of the contract (`redirect: \"manual\"` gives them, `\"error\"` refuses). "
        + "`json()` of an answer that is no JSON is undefined. `init` is `{ method, headers, body }`, "
        + "the body text. What is put into a path goes through `encodeURIComponent`: `..`, `/` and `?` "
        + "would lead elsewhere."
    ),
    "http.parseCookies": (
      Signature([header], "{ [name: string]: string | undefined }"),
      "The cookies of a `cookie` header."
    ),
    "http.setCookie": (
      Signature(
        [
          "string", text,
          "{ path?: string; domain?: string; maxAge?: number; expires?: number | string; "
            + "sameSite?: string; httpOnly?: boolean; secure?: boolean; "
            + "partitioned?: boolean }",
        ], "string"),
      "The value of a `set-cookie` header."
    ),
    "http.negotiate": (
      Signature([header, "readonly string[] | string"], "string | undefined"),
      "The offer that an `accept` header likes best."
    ),
    "http.parseContentType": (
      Signature(
        [header],
        "{ type: string; charset?: string; boundary?: string; "
          + "parameters: { [name: string]: string } }"),
      "A `content-type` header, taken apart."
    ),
    "http.cors": (
      Signature(
        [
          "string",
          "{ methods?: readonly string[] | string; headers?: readonly string[] | string; "
            + "exposeHeaders?: readonly string[] | string; maxAge?: number; credentials?: boolean }",
        ], "{ [name: string]: string }"),
      "The headers that let pages of an origin read the answer."
    ),
    "url.urlParse": (
      Signature(
        [text],
        "{ href: string; origin: string; protocol: string; host: string; hostname: string; "
          + "port: string; pathname: string; search: string; hash: string }"),
      "A URL taken apart. A fault for what is none: check that what comes in starts with `https://`."
    ),
    "url.urlSearchParams": (
      Signature([header], "{ [name: string]: string | undefined }"),
      "The fields of a query or of a form's body; of a name that comes twice the last."
    ),
    "url.urlEncode": (Signature([text], "string"), "A text as it may stand in a part of a URL."),
    "url.urlDecode": (Signature([text], "string"), "Undoes urlEncode; `+` is a space."),
    "io.parallel": (
      Signature(["readonly (() => T)[]"], "T[]", generics: "<T>"),
      "Runs functions at the same time; what they gave, in their order."
    ),
    "io.race": (
      Signature(["readonly (() => T)[]"], "T", generics: "<T>"),
      "Runs functions at the same time; what the first of them gave."
    ),
    "scope.scope": (
      Signature(["string", "() => T"], "T", generics: "<T>"),
      "Runs a function; its clean-ups run at its end, whatever happened."
    ),
    "scope.using": (
      Signature(["T", "(resource: T) => unknown"], "T", generics: "<T>"),
      "Gives back a resource; the clean-up runs at the end of the scope."
    ),
    "scope.ensure": (
      Signature(["() => unknown"], "void"), "A clean-up for the end of the scope."
    ),
  ]
}
