/// Every member of a ``BuiltinGlobal``: the raw value is `global.member`. A member that is not here is
/// refused by name when a program is loaded.
///
/// The resolver, the prover and the runtime all switch over this one list, so that a member cannot
/// be known to one of them and unknown to another.
public enum BuiltinMember: String, CaseIterable, Sendable, Hashable {
  case jsonParse = "JSON.parse"
  case jsonStringify = "JSON.stringify"
  case jsonTryParse = "JSON.tryParse"
  case mathE = "Math.E"
  case mathLn10 = "Math.LN10"
  case mathLn2 = "Math.LN2"
  case mathLog10e = "Math.LOG10E"
  case mathLog2e = "Math.LOG2E"
  case mathPi = "Math.PI"
  case mathSqrt1_2 = "Math.SQRT1_2"
  case mathSqrt2 = "Math.SQRT2"
  case mathAbs = "Math.abs"
  case mathAcos = "Math.acos"
  case mathAcosh = "Math.acosh"
  case mathAsin = "Math.asin"
  case mathAsinh = "Math.asinh"
  case mathAtan = "Math.atan"
  case mathAtan2 = "Math.atan2"
  case mathAtanh = "Math.atanh"
  case mathCbrt = "Math.cbrt"
  case mathCeil = "Math.ceil"
  case mathClz32 = "Math.clz32"
  case mathCos = "Math.cos"
  case mathCosh = "Math.cosh"
  case mathExp = "Math.exp"
  case mathExpm1 = "Math.expm1"
  case mathFloor = "Math.floor"
  case mathFround = "Math.fround"
  case mathHypot = "Math.hypot"
  case mathImul = "Math.imul"
  case mathLog = "Math.log"
  case mathLog10 = "Math.log10"
  case mathLog1p = "Math.log1p"
  case mathLog2 = "Math.log2"
  case mathMax = "Math.max"
  case mathMin = "Math.min"
  case mathPow = "Math.pow"
  case mathRandom = "Math.random"
  case mathRound = "Math.round"
  case mathSign = "Math.sign"
  case mathSin = "Math.sin"
  case mathSinh = "Math.sinh"
  case mathSqrt = "Math.sqrt"
  case mathTan = "Math.tan"
  case mathTanh = "Math.tanh"
  case mathTrunc = "Math.trunc"
  case objectKeys = "Object.keys"
  case objectValues = "Object.values"
  case objectEntries = "Object.entries"
  case objectFromEntries = "Object.fromEntries"
  case objectAssign = "Object.assign"
  case objectHasOwn = "Object.hasOwn"
  case objectIs = "Object.is"
  case arrayIsArray = "Array.isArray"
  case arrayFrom = "Array.from"
  case arrayOf = "Array.of"
  case numberEpsilon = "Number.EPSILON"
  case numberMaxSafeInteger = "Number.MAX_SAFE_INTEGER"
  case numberMaxValue = "Number.MAX_VALUE"
  case numberMinSafeInteger = "Number.MIN_SAFE_INTEGER"
  case numberMinValue = "Number.MIN_VALUE"
  case numberNegativeInfinity = "Number.NEGATIVE_INFINITY"
  case numberNan = "Number.NaN"
  case numberPositiveInfinity = "Number.POSITIVE_INFINITY"
  case numberIsFinite = "Number.isFinite"
  case numberIsInteger = "Number.isInteger"
  case numberIsNaN = "Number.isNaN"
  case numberIsSafeInteger = "Number.isSafeInteger"
  case numberParseFloat = "Number.parseFloat"
  case numberParseInt = "Number.parseInt"
  case stringFromCharCode = "String.fromCharCode"
  case stringFromCodePoint = "String.fromCodePoint"
  case dateNow = "Date.now"
  case consoleDebug = "console.debug"
  case consoleError = "console.error"
  case consoleInfo = "console.info"
  case consoleLog = "console.log"
  case consoleWarn = "console.warn"
  case responseJson = "Response.json"
  case responseText = "Response.text"
  case responseHtml = "Response.html"
  case responseRedirect = "Response.redirect"
  case responseRawJson = "Response.rawJson"
  case responseBase64 = "Response.base64"

  /// What using it does.
  public var row: BuiltinRow {
    switch self {
    case .jsonParse, .jsonTryParse: .function(1, 1)
    case .jsonStringify: .higherOrder(1, 3)
    case .mathE, .mathLn10, .mathLn2, .mathLog10e, .mathLog2e, .mathPi, .mathSqrt1_2,
      .mathSqrt2:
      .constant()
    case .mathAbs, .mathAcos, .mathAcosh, .mathAsin, .mathAsinh, .mathAtan, .mathAtanh,
      .mathCbrt, .mathCeil, .mathClz32, .mathCos, .mathCosh, .mathExp, .mathExpm1, .mathFloor,
      .mathFround, .mathLog, .mathLog10, .mathLog1p, .mathLog2, .mathRound, .mathSign, .mathSin,
      .mathSinh, .mathSqrt, .mathTan, .mathTanh, .mathTrunc:
      .function(1, 1)
    case .mathAtan2, .mathImul, .mathPow: .function(2, 2)
    case .mathHypot, .mathMax, .mathMin: .function(0, nil)
    case .mathRandom: .function(0, 0, .random)
    case .objectKeys, .objectValues, .objectEntries, .objectFromEntries: .function(1, 1)
    case .objectAssign: .function(1, nil, .mutatesFirstArgument)
    case .objectHasOwn, .objectIs: .function(2, 2)
    case .arrayIsArray: .function(1, 1)
    case .arrayFrom: .higherOrder(1, 2)
    case .arrayOf: .function(0, nil)
    case .numberEpsilon, .numberMaxSafeInteger, .numberMaxValue, .numberMinSafeInteger,
      .numberMinValue, .numberNegativeInfinity, .numberNan, .numberPositiveInfinity:
      .constant()
    case .numberIsFinite, .numberIsInteger, .numberIsNaN, .numberIsSafeInteger,
      .numberParseFloat:
      .function(1, 1)
    case .numberParseInt: .function(1, 2)
    case .stringFromCharCode, .stringFromCodePoint: .function(0, nil)
    case .dateNow: .function(0, 0, .clock)
    case .consoleDebug, .consoleError, .consoleInfo, .consoleLog, .consoleWarn:
      .function(0, nil, .log)
    case .responseJson, .responseText, .responseHtml, .responseRedirect, .responseRawJson,
      .responseBase64:
      .function(1, 2)
    }
  }

  /// The global's name, such as `Math`.
  public var globalName: String { String(rawValue.prefix { $0 != "." }) }
  /// The member's own name, such as `max`.
  public var name: String { String(rawValue.drop { $0 != "." }.dropFirst()) }
  /// The global it belongs to.
  public var global: BuiltinGlobal {
    switch self {
    case .jsonParse, .jsonStringify, .jsonTryParse: .json
    case .mathE, .mathLn10, .mathLn2, .mathLog10e, .mathLog2e, .mathPi, .mathSqrt1_2,
      .mathSqrt2, .mathAbs, .mathAcos, .mathAcosh, .mathAsin, .mathAsinh, .mathAtan, .mathAtan2,
      .mathAtanh, .mathCbrt, .mathCeil, .mathClz32, .mathCos, .mathCosh, .mathExp, .mathExpm1,
      .mathFloor, .mathFround, .mathHypot, .mathImul, .mathLog, .mathLog10, .mathLog1p,
      .mathLog2, .mathMax, .mathMin, .mathPow, .mathRandom, .mathRound, .mathSign, .mathSin,
      .mathSinh, .mathSqrt, .mathTan, .mathTanh, .mathTrunc:
      .math
    case .objectKeys, .objectValues, .objectEntries, .objectFromEntries, .objectAssign,
      .objectHasOwn, .objectIs:
      .object
    case .arrayIsArray, .arrayFrom, .arrayOf: .array
    case .numberEpsilon, .numberMaxSafeInteger, .numberMaxValue, .numberMinSafeInteger,
      .numberMinValue, .numberNegativeInfinity, .numberNan, .numberPositiveInfinity,
      .numberIsFinite, .numberIsInteger, .numberIsNaN, .numberIsSafeInteger, .numberParseFloat,
      .numberParseInt:
      .number
    case .stringFromCharCode, .stringFromCodePoint: .string
    case .dateNow: .date
    case .consoleDebug, .consoleError, .consoleInfo, .consoleLog, .consoleWarn: .console
    case .responseJson, .responseText, .responseHtml, .responseRedirect, .responseRawJson,
      .responseBase64:
      .response
    }
  }
}
