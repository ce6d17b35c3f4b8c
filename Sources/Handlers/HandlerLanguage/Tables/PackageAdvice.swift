/// What to write instead of an import of a package.
enum PackageAdvice {
  /// Advice for the text of an import that is neither a file nor a `zigttp:` module.
  static func advice(for text: String) -> String {
    let name = text.hasPrefix("node:") ? String(text.dropFirst("node:".count)) : text
    switch name {
    case "express", "fastify", "koa", "hono", "itty-router", "http", "https", "http2",
      "next/server":
      return "a handler is a function, and `routerMatch` of \"zigttp:router\" finds its routes"
    case "crypto": return "see `zigttp help crypto` for digests, `zigttp help id` for random ids"
    case "uuid", "ulid", "nanoid", "cuid": return "import from \"zigttp:id\""
    case "zod", "yup", "joi", "ajv", "valibot", "superstruct":
      return ModuleTable.modules.contains("validate")
        ? "name a JSON Schema: see `zigttp help validate`" : "check what comes in with plain code"
    case "jsonwebtoken", "jose": return "import `jwtSign` or `jwtVerify` from \"zigttp:auth\""
    case "cookie", "cookies", "cors", "negotiator", "content-type":
      return "import from \"zigttp:http\""
    case "url", "querystring", "qs":
      return "import `urlParse` or `urlSearchParams` from \"zigttp:url\""
    case "axios", "node-fetch", "undici", "got", "ky":
      return "import `fetch` from \"zigttp:fetch\""
    case "fs", "fs/promises", "path":
      return "there are no files: write data as a constant, store in \"zigttp:cache\""
    case "buffer": return "import `base64Encode` or `base64Decode` from \"zigttp:crypto\""
    case "util", "lodash", "lodash-es", "ramda", "assert": return "use the language's own functions"
    case "process", "dotenv": return "import `env` from \"zigttp:env\""
    case "dayjs", "date-fns", "moment", "luxon": return "use `Date.now()` and \"zigttp:time\""
    case "pino", "winston", "debug": return "import from \"zigttp:log\""
    case "redis", "ioredis", "lru-cache": return "import from \"zigttp:cache\""
    case "pg", "mysql2", "sqlite", "sqlite3", "better-sqlite3", "knex", "drizzle-orm":
      return ModuleTable.modules.contains("sql")
        ? "name statements: see `zigttp help sql`" : "store in \"zigttp:cache\""
    case "react", "preact": return "markup in a .tsx file needs no import"
    case "react-dom/server", "react-dom":
      return "call `renderToString(element)`: it needs no import"
    case "slugify", "he", "escape-html": return "import from \"zigttp:text\""
    default: return "copy what is needed into a file of the project, or see the zigttp: modules"
    }
  }
}
