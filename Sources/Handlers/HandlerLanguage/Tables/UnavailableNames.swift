/// Names that JavaScript's other hosts have and the language has not, with what to write instead.
enum UnavailableNames {
  /// Advice for a name used as a value; nil if the name is not known at all.
  static func advice(_ name: String) -> String? {
    switch name {
    case "Map", "WeakMap": "use a plain object, `{ [key]: value }`"
    case "Set", "WeakSet": "use an array with `includes`, or a plain object"
    case "Error", "TypeError", "RangeError": "return a Response with an error status"
    case "RegExp": "use `includes`, `startsWith`, `split`, or a loop over the characters"
    case "Symbol", "Proxy", "Reflect", "WeakRef": "use plain objects and functions"
    case "BigInt", "BigInt64Array": "use a number, or a string for large identifiers"
    case "URL":
      "use `req.query.name` and `req.path`; `urlParse` of \"zigttp:url\" reads other addresses"
    case "FormData": "write `urlSearchParams(req.text())`, of \"zigttp:url\""
    case "URLSearchParams":
      "write `urlSearchParams(req.text())`, of \"zigttp:url\"; to make one, `name=${encodeURIComponent(value)}`"
    case "Headers": "use a plain object of strings"
    case "Request": "the handler's parameter is the request"
    case "fetch": "import `fetch` from \"zigttp:fetch\""
    case "crypto": "import from \"zigttp:crypto\" or \"zigttp:id\""
    case "performance": "write `Date.now()`"
    case "Intl": "write `toFixed(2)` for numbers, `formatIso` of \"zigttp:time\" for times"
    case "Temporal": "use `Date.now()` and \"zigttp:time\""
    case "process": "import `env` from \"zigttp:env\""
    case "Buffer", "atob", "btoa":
      "import `base64Encode` or `base64Decode` from \"zigttp:crypto\""
    case "TextEncoder", "TextDecoder", "Uint8Array", "ArrayBuffer", "DataView":
      "strings hold the text of requests and responses"
    case "setTimeout", "setInterval", "setImmediate", "queueMicrotask", "clearTimeout":
      "a handler ends with its response"
    case "structuredClone": "use `JSON.parse(JSON.stringify(value))` or a spread"
    case "globalThis", "window", "self", "global": "use the names themselves"
    case "module", "exports": "use `export`"
    case "escape", "unescape": "use `encodeURIComponent` or `decodeURIComponent`"
    case "alert", "document", "localStorage", "XMLHttpRequest", "WebSocket", "Deno", "Bun",
      "Iterator", "Atomics", "SharedArrayBuffer", "AbortController", "Blob", "File":
      "it has no counterpart here"
    default: nil
    }
  }

  /// Advice for `name.member`, where it is better than that for the name alone.
  static func advice(_ name: String, member: String) -> String? {
    switch "\(name).\(member)" {
    case "crypto.randomUUID": "write `uuid()`, of \"zigttp:id\""
    case "crypto.getRandomValues": "write `nanoid()`, of \"zigttp:id\""
    case "crypto.subtle": "use `sha256` or `hmacSha256` of \"zigttp:crypto\""
    case "process.env": "write `env(\"NAME\")`, of \"zigttp:env\""
    default: nil
    }
  }

  /// Advice for a member that a global does not have here.
  static func advice(_ global: BuiltinGlobal, member: String) -> String? {
    switch (global, member) {
    case (.date, "parse"): "write `parseIso(text)`, of \"zigttp:time\""
    case (.date, "UTC"): "write `parseIso(\"2026-01-31\")`, of \"zigttp:time\""
    case (.object, "freeze"), (.object, "seal"), (.object, "preventExtensions"):
      "leave it out: what a module holds cannot be changed by a request"
    case (.object, "groupBy"): "write `reduce`"
    case (.response, "sendStatus"), (.response, "status"):
      "write `Response.text(\"\", { status: 204 })`"
    case (.response, "send"): "write `Response.text(text)`"
    case (.response, "error"): "write `Response.text(message, { status: 500 })`"
    case (.json, "tryparse"), (.json, "safeParse"): "write `JSON.tryParse(text)`"
    default: nil
    }
  }

  /// Advice for `new name(…)`.
  static func insteadOfNew(_ name: String) -> String {
    switch name {
    case "Response":
      "write `Response.text(text, { status })`, `Response.json(value)`; without a body `Response.text(\"\", { status: 204 })`"
    case "Date": "write `Date.now()`, as text `formatIso(Date.now())` of \"zigttp:time\""
    case "Array": "write `[]`, `Array.from` or `range`"
    case "Object": "write `{}`"
    case "String", "Number", "Boolean": "write `\(name)(value)`"
    case "Promise": "calls give their results directly"
    case "Function": "write a function"
    default: advice(name) ?? "write a function that returns an object"
    }
  }
}
