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
    case "URL", "URLSearchParams": "import `urlParse` or `urlSearchParams` from \"zigttp:url\""
    case "Headers": "use a plain object of strings"
    case "Request": "the handler's parameter is the request"
    case "FormData": "use `req.text()`"
    case "fetch": "import `fetch` from \"zigttp:fetch\""
    case "crypto": "import from \"zigttp:crypto\" or \"zigttp:id\""
    case "Intl", "Temporal", "performance": "import from \"zigttp:time\""
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

  /// Advice for `new name(…)`.
  static func insteadOfNew(_ name: String) -> String {
    switch name {
    case "Response": "write `Response.json(value)`, `Response.text(value)` or the like"
    case "Date": "use `Date.now()` and \"zigttp:time\""
    case "Array": "write `[]`, `Array.from` or `range`"
    case "Object": "write `{}`"
    case "String", "Number", "Boolean": "write `\(name)(value)`"
    case "Promise": "calls give their results directly"
    case "Function": "write a function"
    default: advice(name) ?? "write a function that returns an object"
    }
  }
}
