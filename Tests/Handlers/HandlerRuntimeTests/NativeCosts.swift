import HandlerLanguage

/// One call of every native on input that grows, as nearly the worst one as it can be given.
///
/// `n` units or elements are in `s` (ASCII), `w` (not ASCII), `list` (numbers), `texts` (equal long
/// texts), `data` (an object's fields).
enum NativeCosts {
  /// How the work of a native grows.
  enum Row {
    /// With its input: the call counts at least one step for 16 units.
    case grows(String)
    /// Not at all, whatever it is called with.
    case constant
  }

  private static func math(_ names: [BuiltinMember]) -> [(BuiltinMember, Row)] {
    names.map { ($0, .constant) }
  }

  static let members: [BuiltinMember: Row] = Dictionary(
    uniqueKeysWithValues: [
      (.jsonParse, .grows("JSON.parse(\" \".repeat(n) + \"1\")")),
      (.jsonStringify, .grows("JSON.stringify(w)")),
      (.jsonTryParse, .grows("JSON.tryParse(s)")),
      (.mathMax, .grows("Math.max(...short)")), (.mathMin, .grows("Math.min(...short)")),
      (.mathHypot, .grows("Math.hypot(...short)")),
      (.mathAbs, .grows("Math.abs(s)")),
      (.objectKeys, .grows("Object.keys(data)")), (.objectValues, .grows("Object.values(data)")),
      (.objectEntries, .grows("Object.entries(data)")),
      (.objectFromEntries, .grows("Object.fromEntries(list.map((x) => [\"k\", x]))")),
      (.objectAssign, .grows("Object.assign({}, data)")),
      (.objectHasOwn, .grows("Object.hasOwn(data, s)")), (.objectIs, .grows("Object.is(s, t)")),
      (.arrayFrom, .grows("Array.from(list)")), (.arrayOf, .grows("Array.of(...short)")),
      (.numberParseFloat, .grows("Number.parseFloat(s)")),
      (.numberParseInt, .grows("Number.parseInt(s, 16)")),
      (.stringFromCharCode, .grows("String.fromCharCode(...short)")),
      (.stringFromCodePoint, .grows("String.fromCodePoint(...short)")),
      (.consoleDebug, .grows("console.debug(s)")), (.consoleError, .grows("console.error(s)")),
      (.consoleInfo, .grows("console.info(s)")), (.consoleLog, .grows("console.log(s)")),
      (.consoleWarn, .grows("console.warn(s)")),
      (.responseJson, .grows("Response.json(s)")),
      (.responseHtml, .grows("Response.html(h(\"p\", null, s))")),
      (.responseBase64, .grows("Response.base64(\"AAAA\".repeat(n))")),
      (.arrayIsArray, .constant), (.dateNow, .constant), (.numberIsFinite, .constant),
      (.numberIsInteger, .constant), (.numberIsNaN, .constant), (.numberIsSafeInteger, .constant),
      // They keep what they are given.
      (.responseText, .constant), (.responseRawJson, .constant), (.responseRedirect, .constant),
      (.mathRandom, .constant),
    ]
      // Of one or two numbers; of a text it is its reading that costs, as in `Math.abs`.
      + math([
        .mathAcos, .mathAcosh, .mathAsin, .mathAsinh, .mathAtan, .mathAtan2, .mathAtanh, .mathCbrt,
        .mathCeil, .mathClz32, .mathCos, .mathCosh, .mathExp, .mathExpm1, .mathFloor, .mathFround,
        .mathImul, .mathLog, .mathLog10, .mathLog1p, .mathLog2, .mathPow, .mathRound, .mathSign,
        .mathSin, .mathSinh, .mathSqrt, .mathTan, .mathTanh, .mathTrunc,
      ]))

  static let globals: [BuiltinGlobal: Row] = [
    .number: .grows("Number(\"1\".repeat(n))"), .string: .grows("String(list)"),
    .boolean: .constant, .parseInt: .grows("parseInt(s, 16)"), .parseFloat: .grows("parseFloat(s)"),
    .isNaN: .grows("isNaN(s)"), .isFinite: .grows("isFinite(s)"),
    .encodeURIComponent: .grows("encodeURIComponent(s)"), .encodeURI: .grows("encodeURI(w)"),
    .decodeURIComponent: .grows("decodeURIComponent(s)"), .decodeURI: .grows("decodeURI(w)"),
    .range: .grows("[...range(n)]"),
  ]

  static let methods: [BuiltinMethod: Row] = [
    .stringAt: .constant, .stringCharAt: .constant, .stringCharCodeAt: .constant,
    .stringCodePointAt: .constant, .stringConcat: .constant, .stringToString: .constant,
    // They share what they are cut from.
    .stringSlice: .constant, .stringSubstring: .constant, .stringValueOf: .constant,
    .stringEndsWith: .grows("s.endsWith(t)"), .stringIncludes: .grows("s.includes(\"aaab\")"),
    .stringIndexOf: .grows("s.indexOf(\"a\".repeat(n / 2) + \"b\")"),
    .stringLastIndexOf: .grows("s.lastIndexOf(\"aaab\")"),
    .stringLocaleCompare: .grows("s.localeCompare(t)"),
    .stringPadEnd: .grows("\"\".padEnd(n, \"ab\")"),
    .stringPadStart: .grows("\"\".padStart(n, \"ab\")"),
    .stringRepeat: .grows("\"a\".repeat(n)"), .stringReplace: .grows("s.replace(\"b\", \"c\")"),
    .stringReplaceAll: .grows("s.replaceAll(\"b\", \"c\")"),
    .stringSplit: .grows("s.split(\"b\")"), .stringStartsWith: .grows("s.startsWith(t)"),
    .stringToLocaleLowerCase: .grows("s.toLocaleLowerCase()"),
    .stringToLocaleUpperCase: .grows("w.toLocaleUpperCase()"),
    .stringToLowerCase: .grows("s.toLowerCase()"), .stringToUpperCase: .grows("s.toUpperCase()"),
    .stringTrim: .grows("s.trim()"), .stringTrimEnd: .grows("s.trimEnd()"),
    .stringTrimStart: .grows("s.trimStart()"),
    .arrayAt: .constant, .arrayPop: .constant,
    .arrayConcat: .grows("list.concat(list)"),
    .arrayCopyWithin: .grows("[...list].copyWithin(0, 1)"),
    .arrayEntries: .grows("list.entries()"), .arrayEvery: .grows("list.every((x) => true)"),
    .arrayFill: .grows("[...list].fill(1)"), .arrayFilter: .grows("list.filter((x) => false)"),
    .arrayFind: .grows("list.find((x) => false)"),
    .arrayFindIndex: .grows("list.findIndex((x) => false)"),
    .arrayFindLast: .grows("list.findLast((x) => false)"),
    .arrayFindLastIndex: .grows("list.findLastIndex((x) => false)"),
    .arrayFlat: .grows("[list].flat()"), .arrayFlatMap: .grows("list.flatMap((x) => [])"),
    .arrayForEach: .grows("list.forEach((x) => x)"), .arrayIncludes: .grows("texts.includes(t)"),
    .arrayIndexOf: .grows("texts.indexOf(t)"),
    .arrayJoin: .grows("list.map((x) => null).join(\"\")"),
    .arrayKeys: .grows("list.keys()"), .arrayLastIndexOf: .grows("texts.lastIndexOf(t)"),
    .arrayMap: .grows("list.map((x) => x)"), .arrayPush: .grows("[].push(...short)"),
    .arrayReduce: .grows("list.reduce((a, b) => a, 0)"),
    .arrayReduceRight: .grows("list.reduceRight((a, b) => a, 0)"),
    .arrayReverse: .grows("[...list].reverse()"), .arrayShift: .grows("[...list].shift()"),
    .arraySlice: .grows("list.slice()"), .arraySome: .grows("list.some((x) => false)"),
    .arraySort: .grows("[...texts].sort()"), .arraySplice: .grows("[...list].splice(0, 1)"),
    .arrayToReversed: .grows("list.toReversed()"), .arrayToSorted: .grows("texts.toSorted()"),
    .arrayToSpliced: .grows("list.toSpliced(0, 1)"), .arrayToString: .grows("list.toString()"),
    .arrayUnshift: .grows("[...list].unshift(1)"), .arrayValues: .grows("list.values()"),
    .arrayWith: .grows("list.with(0, 1)"),
    // Of at most some hundred digits.
    .numberToExponential: .constant, .numberToFixed: .constant, .numberToPrecision: .constant,
    .numberToString: .constant, .numberValueOf: .constant, .booleanToString: .constant,
    .booleanValueOf: .constant,
    .headersAppend: .grows("Response.text(\"\").headers.append(s, \"x\")"),
    .headersGet: .grows("req.headers.get(s)"), .headersHas: .grows("req.headers.has(s)"),
    .headersSet: .grows("Response.text(\"\").headers.set(s, \"x\")"),
    .requestJson: .grows("req.json()"), .requestText: .constant,
    .requestBase64: .grows("req.base64()"),
    .responseJson: .grows("Response.rawJson(s).json()"), .responseText: .constant,
    .responseBase64: .grows("Response.text(s).base64()"),
    .resultIsErr: .constant, .resultIsOk: .constant, .resultUnwrap: .constant,
    .resultUnwrapErr: .constant,
  ]

  static let modules: [ModuleFunction: Row] = [
    .env: .grows("env(s)"),
    .routerMatch: .grows("routerMatch({ \"GET /:a/b\": 1 }, { method: \"GET\", path: \"/\" + s })"),
    .parseBearer: .grows("parseBearer(s)"), .jwtVerify: .grows("jwtVerify(s, s)"),
    .jwtSign: .grows("jwtSign({ s }, s)"),
    .verifyWebhookSignature: .grows("verifyWebhookSignature(s, s, s)"),
    .timingSafeEqual: .grows("timingSafeEqual(s, t)"),
    // A statement is named once, at the start.
    .sql: .constant, .sqlOne: .grows("sqlOne(s)"), .sqlMany: .grows("sqlMany(s)"),
    .sqlExec: .grows("sqlExec(s)"),
    // They are called at module level alone, once.
    .schemaCompile: .constant, .schemaDrop: .constant,
    .validateJson: .grows("validateJson(s, s)"), .validateObject: .grows("validateObject(s, s)"),
    .coerceJson: .grows("coerceJson(s, s)"), .decodeJson: .grows("decodeJson(s, s)"),
    .decodeForm: .grows("decodeForm(s, s)"), .decodeQuery: .grows("decodeQuery(s, s)"),
    .ioParallel: .grows("parallel([() => list.map((x) => x), () => 1])"),
    .ioRace: .grows("race([() => list.map((x) => x), () => list.map((x) => x)])"),
    .scope: .grows("scope(\"a\", () => list.map((x) => x))"),
    .scopeUsing: .grows("using(1, () => list.map((x) => x))"),
    .scopeEnsure: .grows("ensure(() => list.map((x) => x))"),
    .rateCheck: .grows("rateCheck(s, 1, 1)"), .rateReset: .grows("rateReset(s)"),
    .sha256: .grows("sha256(s)"), .hmacSha256: .grows("hmacSha256(s, s)"),
    .base64Encode: .grows("base64Encode(s)"), .base64Decode: .grows("base64Decode(s)"),
    .cacheGet: .grows("cacheGet(\"c\", s)"), .cacheSet: .grows("cacheSet(\"c\", \"k\", s)"),
    .cacheDelete: .grows("cacheDelete(\"c\", s)"), .cacheIncr: .grows("cacheIncr(\"c\", s, 1)"),
    .cacheStats: .grows("cacheStats(s)"), .composeGuard: .constant,
    .composePipe: .grows("pipe(...short.map((x) => (r) => undefined))"),
    .urlParse: .grows("urlParse(\"/\" + s)"), .urlSearchParams: .grows("urlSearchParams(s)"),
    .urlEncode: .grows("urlEncode(s)"), .urlDecode: .grows("urlDecode(s)"), .uuid: .constant,
    .ulid: .constant, .nanoid: .constant,
    .parseCookies: .grows("parseCookies(\"a=b; \".repeat(n / 5))"),
    .setCookie: .grows("setCookie(\"a\", s)"),
    .negotiate: .grows("negotiate(\"a/b,\".repeat(n / 4), [\"c/d\"])"),
    .parseContentType: .grows("parseContentType(\"a/b\" + \";c=d\".repeat(n / 4))"),
    .cors: .grows("cors(s, { methods: s })"), .logDebug: .grows("logDebug(s)"),
    .logInfo: .grows("logInfo(s)"), .logWarn: .grows("logWarn(s)"),
    .logError: .grows("logError(\"x\", { s })"), .escapeHtml: .grows("escapeHtml(s)"),
    .unescapeHtml: .grows("unescapeHtml(s)"), .slugify: .grows("slugify(s)"),
    .truncate: .grows("truncate(s, 1)"), .mask: .grows("mask(s, 1)"),
    .fetch: .grows("fetch(\"http://h/\", { method: \"POST\", body: s })"),
    .formatIso: .constant, .formatHttp: .constant, .parseIso: .grows("parseIso(s)"),
    .addSeconds: .constant,
  ]

  /// What is no function and costs as much as one: by what it is called here.
  static let operators: [String: String] = [
    "===": "s === t", "!==": "s !== t", "<": "s < t", ">=": "s >= t", "in": "s in data",
    "[]": "data[s]", "[] =": "({})[s] = 1", "unary +": "+s", "*": "s * 1", "-": "s - 1",
    "spread": "[...list]", "object spread": "({ ...data })", "flattening": "(s + w)[0]",
    "template": "`${list}`", "headers[]": "req.headers[s]",
  ]
}
