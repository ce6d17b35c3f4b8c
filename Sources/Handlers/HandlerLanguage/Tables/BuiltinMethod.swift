/// Every method that a value has by its kind: the raw value is `kind.method`.
///
/// `entries`, `keys` and `values` of an array give arrays, since there are no iterators. Methods
/// on values of unknown kind cannot be checked when a program is loaded: calling one that the
/// value does not have is a fault at run time.
public enum BuiltinMethod: String, CaseIterable, Sendable, Hashable {
  case stringAt = "string.at"
  case stringCharAt = "string.charAt"
  case stringCharCodeAt = "string.charCodeAt"
  case stringCodePointAt = "string.codePointAt"
  case stringConcat = "string.concat"
  case stringEndsWith = "string.endsWith"
  case stringIncludes = "string.includes"
  case stringIndexOf = "string.indexOf"
  case stringLastIndexOf = "string.lastIndexOf"
  case stringLocaleCompare = "string.localeCompare"
  case stringPadEnd = "string.padEnd"
  case stringPadStart = "string.padStart"
  case stringRepeat = "string.repeat"
  case stringReplace = "string.replace"
  case stringReplaceAll = "string.replaceAll"
  case stringSlice = "string.slice"
  case stringSplit = "string.split"
  case stringStartsWith = "string.startsWith"
  case stringSubstring = "string.substring"
  case stringToLocaleLowerCase = "string.toLocaleLowerCase"
  case stringToLocaleUpperCase = "string.toLocaleUpperCase"
  case stringToLowerCase = "string.toLowerCase"
  case stringToString = "string.toString"
  case stringToUpperCase = "string.toUpperCase"
  case stringTrim = "string.trim"
  case stringTrimEnd = "string.trimEnd"
  case stringTrimStart = "string.trimStart"
  case stringValueOf = "string.valueOf"
  case arrayAt = "array.at"
  case arrayConcat = "array.concat"
  case arrayCopyWithin = "array.copyWithin"
  case arrayEntries = "array.entries"
  case arrayEvery = "array.every"
  case arrayFill = "array.fill"
  case arrayFilter = "array.filter"
  case arrayFind = "array.find"
  case arrayFindIndex = "array.findIndex"
  case arrayFindLast = "array.findLast"
  case arrayFindLastIndex = "array.findLastIndex"
  case arrayFlat = "array.flat"
  case arrayFlatMap = "array.flatMap"
  case arrayForEach = "array.forEach"
  case arrayIncludes = "array.includes"
  case arrayIndexOf = "array.indexOf"
  case arrayJoin = "array.join"
  case arrayKeys = "array.keys"
  case arrayLastIndexOf = "array.lastIndexOf"
  case arrayMap = "array.map"
  case arrayPop = "array.pop"
  case arrayPush = "array.push"
  case arrayReduce = "array.reduce"
  case arrayReduceRight = "array.reduceRight"
  case arrayReverse = "array.reverse"
  case arrayShift = "array.shift"
  case arraySlice = "array.slice"
  case arraySome = "array.some"
  case arraySort = "array.sort"
  case arraySplice = "array.splice"
  case arrayToReversed = "array.toReversed"
  case arrayToSorted = "array.toSorted"
  case arrayToSpliced = "array.toSpliced"
  case arrayToString = "array.toString"
  case arrayUnshift = "array.unshift"
  case arrayValues = "array.values"
  case arrayWith = "array.with"
  case numberToExponential = "number.toExponential"
  case numberToFixed = "number.toFixed"
  case numberToPrecision = "number.toPrecision"
  case numberToString = "number.toString"
  case numberValueOf = "number.valueOf"
  case booleanToString = "boolean.toString"
  case booleanValueOf = "boolean.valueOf"
  case headersAppend = "headers.append"
  case headersGet = "headers.get"
  case headersHas = "headers.has"
  case headersSet = "headers.set"
  case requestJson = "request.json"
  case requestText = "request.text"
  case requestBase64 = "request.base64"
  case responseJson = "response.json"
  case responseText = "response.text"
  case responseBase64 = "response.base64"
  case resultIsErr = "result.isErr"
  case resultIsOk = "result.isOk"
  case resultUnwrap = "result.unwrap"
  case resultUnwrapErr = "result.unwrapErr"

  /// The kinds of value that have methods.
  public enum Receiver: String, CaseIterable, Sendable, Hashable {
    case string, array, number, boolean
    /// `headers` of a request or a response.
    case headers
    /// The handler's `req`.
    case request
    /// What `Response.json` and its like and `fetch` give.
    case response
    /// What `JSON.tryParse` and the validators give.
    case result
  }

  /// The method a kind of value has under a name.
  public static func method(of receiver: Receiver, named name: String) -> BuiltinMethod? {
    BuiltinMethod(rawValue: "\(receiver.rawValue).\(name)")
  }

  private static let names = Set(allCases.map(\.name))

  /// Whether any kind of value has a method of a name.
  static func isName(_ name: String) -> Bool { names.contains(name) }

  /// What calling it does.
  public var row: BuiltinRow {
    switch self {
    case .stringAt, .stringCharAt, .stringCharCodeAt, .stringCodePointAt: .function(0, 1)
    case .stringConcat: .function(0, nil)
    case .stringEndsWith, .stringIncludes, .stringIndexOf, .stringLastIndexOf, .stringPadEnd,
      .stringPadStart, .stringStartsWith:
      .function(1, 2)
    case .stringLocaleCompare, .stringRepeat: .function(1, 1)
    case .stringReplace, .stringReplaceAll: .higherOrder(2, 2)
    case .stringSlice, .stringSplit, .stringSubstring: .function(0, 2)
    case .stringToLocaleLowerCase, .stringToLocaleUpperCase, .stringToLowerCase,
      .stringToString, .stringToUpperCase, .stringTrim, .stringTrimEnd, .stringTrimStart,
      .stringValueOf:
      .function(0, 0)
    case .arrayAt, .arrayFlat, .arrayJoin: .function(0, 1)
    case .arrayConcat: .function(0, nil)
    case .arrayCopyWithin, .arrayFill: .function(1, 3, .mutatesReceiver)
    case .arrayEntries, .arrayKeys, .arrayToReversed, .arrayToString, .arrayValues: .function(0, 0)
    case .arrayEvery, .arrayFilter, .arrayFind, .arrayFindIndex, .arrayFindLast,
      .arrayFindLastIndex, .arrayFlatMap, .arrayForEach, .arrayMap, .arraySome:
      .higherOrder(1, 1)
    case .arrayIncludes, .arrayIndexOf, .arrayLastIndexOf: .function(1, 2)
    case .arrayPop, .arrayReverse, .arrayShift: .function(0, 0, .mutatesReceiver)
    case .arrayPush, .arrayUnshift: .function(0, nil, .mutatesReceiver)
    case .arrayReduce, .arrayReduceRight: .higherOrder(1, 2)
    case .arraySlice: .function(0, 2)
    case .arraySort: .higherOrder(0, 1, .mutatesReceiver)
    case .arraySplice: .function(1, nil, .mutatesReceiver)
    case .arrayToSorted: .higherOrder(0, 1)
    case .arrayToSpliced: .function(1, nil)
    case .arrayWith: .function(2, 2)
    case .numberToExponential, .numberToFixed, .numberToPrecision, .numberToString: .function(0, 1)
    case .numberValueOf: .function(0, 0)
    case .booleanToString, .booleanValueOf: .function(0, 0)
    case .headersAppend, .headersSet: .function(2, 2, .mutatesReceiver)
    case .headersGet, .headersHas: .function(1, 1)
    case .requestJson, .requestText, .requestBase64: .function(0, 0)
    case .responseJson, .responseText, .responseBase64: .function(0, 0)
    case .resultIsErr, .resultIsOk, .resultUnwrap, .resultUnwrapErr: .function(0, 0)
    }
  }

  /// The method's name, such as `padStart`.
  public var name: String { String(rawValue.drop { $0 != "." }.dropFirst()) }
  /// The kind of value it is called on.
  public var receiver: Receiver {
    switch self {
    case .stringAt, .stringCharAt, .stringCharCodeAt, .stringCodePointAt, .stringConcat,
      .stringEndsWith, .stringIncludes, .stringIndexOf, .stringLastIndexOf,
      .stringLocaleCompare, .stringPadEnd, .stringPadStart, .stringRepeat, .stringReplace,
      .stringReplaceAll, .stringSlice, .stringSplit, .stringStartsWith, .stringSubstring,
      .stringToLocaleLowerCase, .stringToLocaleUpperCase, .stringToLowerCase, .stringToString,
      .stringToUpperCase, .stringTrim, .stringTrimEnd, .stringTrimStart, .stringValueOf:
      .string
    case .arrayAt, .arrayConcat, .arrayCopyWithin, .arrayEntries, .arrayEvery, .arrayFill,
      .arrayFilter, .arrayFind, .arrayFindIndex, .arrayFindLast, .arrayFindLastIndex,
      .arrayFlat, .arrayFlatMap, .arrayForEach, .arrayIncludes, .arrayIndexOf, .arrayJoin,
      .arrayKeys, .arrayLastIndexOf, .arrayMap, .arrayPop, .arrayPush, .arrayReduce,
      .arrayReduceRight, .arrayReverse, .arrayShift, .arraySlice, .arraySome, .arraySort,
      .arraySplice, .arrayToReversed, .arrayToSorted, .arrayToSpliced, .arrayToString,
      .arrayUnshift, .arrayValues, .arrayWith:
      .array
    case .numberToExponential, .numberToFixed, .numberToPrecision, .numberToString,
      .numberValueOf:
      .number
    case .booleanToString, .booleanValueOf: .boolean
    case .headersAppend, .headersGet, .headersHas, .headersSet: .headers
    case .requestJson, .requestText, .requestBase64: .request
    case .responseJson, .responseText, .responseBase64: .response
    case .resultIsErr, .resultIsOk, .resultUnwrap, .resultUnwrapErr: .result
    }
  }
}
