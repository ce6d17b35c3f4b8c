import HandlerLanguage

/// The types of what is there without an import, by the names of the language's tables: a line an
/// overload. `SELF` stands for the array's own type, so that one line serves arrays that may be
/// changed and those that may not.
enum BuiltinSignatures {
  /// The overloads of a method; what its row tells where none is written down.
  static func of(_ method: BuiltinMethod) -> [String] {
    methods[method.rawValue] ?? [derived(method.row)]
  }

  /// The overloads of a member of a global, or the type of a constant.
  static func of(_ member: BuiltinMember) -> [String] {
    if let found = members[member.rawValue] { return found }
    if member.row.form == .constant { return ["number"] }
    // What of Math takes numbers and gives one.
    if member.global == .math {
      let names = ["x", "y"].prefix(member.row.minimumArguments).map { "\($0): number" }
      let rest = member.row.maximumArguments == nil ? "...values: number[]" : ""
      return ["(\(names.joined(separator: ", "))\(rest)): number"]
    }
    return [derived(member.row)]
  }

  /// The overloads of a global that is called by its own name.
  static func of(_ global: BuiltinGlobal) -> [String] {
    globals[global.rawValue] ?? [derived(global.row)]
  }

  private static func derived(_ row: BuiltinRow) -> String {
    guard let most = row.maximumArguments else { return "(...values: any[]): any" }
    let names = (0..<most).map { "value\($0 + 1)\($0 < row.minimumArguments ? "" : "?"): any" }
    return "(\(names.joined(separator: ", "))): any"
  }

  private static let globals: [String: [String]] = [
    "Number": ["(value?: any): number"],
    "String": ["(value?: any): string"],
    "Boolean": ["(value?: any): boolean"],
    "parseInt": ["(text: string, radix?: number): number"],
    "parseFloat": ["(text: string): number"],
    "isNaN": ["(value: any): boolean"],
    "isFinite": ["(value: any): boolean"],
    "encodeURIComponent": ["(text: Printable): string"],
    "decodeURIComponent": ["(text: string): string"],
    "encodeURI": ["(text: string): string"],
    "decodeURI": ["(text: string): string"],
    "NaN": ["number"],
    "Infinity": ["number"],
    "range": ["(end: number): number[]", "(start: number, end: number): number[]"],
    "h": ["(tag: any, props: object | null, ...children: any[]): JSX.Element"],
    "Fragment": ["any"],
    "renderToString": ["(element: any): string"],
    "fetchSync": ["(url: string, init?: FetchInit): Response"],
  ]

  private static let members: [String: [String]] = [
    "JSON.parse": ["(text: string): any"],
    "JSON.stringify": [
      "(value: any, replacer?: ((key: string, value: any) => any) | readonly (string | number)[] "
        + "| null, space?: string | number): string"
    ],
    "JSON.tryParse": ["<T = any>(text: string | undefined): Result<T>"],
    "Object.keys": ["(value: object): string[]"],
    "Object.values": ["<T>(value: { readonly [key: string]: T } | readonly T[]): T[]"],
    "Object.entries": ["<T>(value: { readonly [key: string]: T } | readonly T[]): [string, T][]"],
    "Object.fromEntries": [
      "<T>(entries: readonly (readonly [string | number, T])[]): { [key: string]: T }",
      "(entries: readonly any[][]): { [key: string]: any }",
    ],
    "Object.assign": [
      "<T extends object, U>(target: T, source: U): T & U",
      "(target: object, ...sources: any[]): any",
    ],
    "Object.hasOwn": ["(value: object, key: string | number): boolean"],
    "Object.is": ["(left: any, right: any): boolean"],
    "Array.isArray": ["(value: any): value is any[]"],
    "Array.from": [
      "<T>(items: ArrayLike<T>): T[]",
      "<T, U>(items: ArrayLike<T>, change: (value: T, index: number) => U): U[]",
    ],
    "Array.of": ["<T>(...items: T[]): T[]"],
    "Number.isFinite": ["(value: any): boolean"],
    "Number.isInteger": ["(value: any): boolean"],
    "Number.isNaN": ["(value: any): boolean"],
    "Number.isSafeInteger": ["(value: any): boolean"],
    "Number.parseFloat": ["(text: string): number"],
    "Number.parseInt": ["(text: string, radix?: number): number"],
    "String.fromCharCode": ["(...units: number[]): string"],
    "String.fromCodePoint": ["(...points: number[]): string"],
    "Date.now": ["(): number"],
    "console.debug": ["(...values: any[]): void"],
    "console.error": ["(...values: any[]): void"],
    "console.info": ["(...values: any[]): void"],
    "console.log": ["(...values: any[]): void"],
    "console.warn": ["(...values: any[]): void"],
    "Response.json": ["(value: any, init?: ResponseInit): Response"],
    "Response.text": ["(text: any, init?: ResponseInit): Response"],
    "Response.html": ["(html: any, init?: ResponseInit): Response"],
    "Response.redirect": ["(url: string, status?: number | ResponseInit): Response"],
    "Response.rawJson": ["(json: string, init?: ResponseInit): Response"],
    "Response.base64": ["(text: string, init?: ResponseInit): Response"],
  ]

  private static let test = "(value: T, index: number, array: SELF) => unknown"
  private static let guardTest = "(value: T, index: number, array: SELF) => value is S"

  private static let methods: [String: [String]] = stringMethods.merging(arrayMethods) { $1 }
    .merging([
      "number.toExponential": ["(fractionDigits?: number): string"],
      "number.toFixed": ["(fractionDigits?: number): string"],
      "number.toLocaleString": ["(): string"],
      "number.toPrecision": ["(precision?: number): string"],
      "number.toString": ["(radix?: number): string"],
      "number.valueOf": ["(): number"],
      "boolean.toString": ["(): string"],
      "boolean.valueOf": ["(): boolean"],
      "headers.append": ["(name: string, value: HeaderValue): void"],
      "headers.get": ["(name: string): string | null"],
      "headers.has": ["(name: string): boolean"],
      "headers.set": ["(name: string, value: HeaderValue): void"],
      "request.json": ["(): any"],
      "request.text": ["(): string"],
      "request.base64": ["(): string"],
      "response.json": ["(): any"],
      "response.text": ["(): string"],
      "response.base64": ["(): string"],
      "result.isErr": ["(): this is Failed<E>"],
      "result.isOk": ["(): this is Succeeded<T>"],
      "result.unwrap": ["(): T"],
      "result.unwrapErr": ["(): E"],
    ]) { $1 }

  private static let stringMethods: [String: [String]] = [
    "string.at": ["(index?: number): string | undefined"],
    "string.charAt": ["(index?: number): string"],
    "string.charCodeAt": ["(index?: number): number"],
    "string.codePointAt": ["(index?: number): number | undefined"],
    "string.concat": ["(...texts: any[]): string"],
    "string.endsWith": ["(search: string, end?: number): boolean"],
    "string.includes": ["(search: string, start?: number): boolean"],
    "string.indexOf": ["(search: string, start?: number): number"],
    "string.lastIndexOf": ["(search: string, start?: number): number"],
    "string.localeCompare": ["(other: string): number"],
    "string.normalize": ["(form?: \"NFC\" | \"NFD\" | \"NFKC\" | \"NFKD\"): string"],
    "string.padEnd": ["(length: number, fill?: string): string"],
    "string.padStart": ["(length: number, fill?: string): string"],
    "string.repeat": ["(count: number): string"],
    "string.replace": [replace],
    "string.replaceAll": [replace],
    "string.slice": ["(start?: number, end?: number): string"],
    "string.split": ["(separator?: string, limit?: number): string[]"],
    "string.startsWith": ["(search: string, start?: number): boolean"],
    "string.substring": ["(start: number, end?: number): string"],
    "string.toLocaleLowerCase": ["(): string"],
    "string.toLocaleString": ["(): string"],
    "string.toLocaleUpperCase": ["(): string"],
    "string.toLowerCase": ["(): string"],
    "string.toString": ["(): string"],
    "string.toUpperCase": ["(): string"],
    "string.trim": ["(): string"],
    "string.trimEnd": ["(): string"],
    "string.trimStart": ["(): string"],
    "string.valueOf": ["(): string"],
  ]

  private static let replace =
    "(search: string, by: string | ((found: string, index: number, whole: string) => any)): string"

  private static let arrayMethods: [String: [String]] = [
    "array.at": ["(index?: number): T | undefined"],
    "array.concat": ["<U = T>(...items: (U | readonly U[])[]): (T | U)[]"],
    "array.copyWithin": ["(target: number, start?: number, end?: number): SELF"],
    "array.entries": ["(): [number, T][]"],
    "array.every": ["(test: \(test)): boolean"],
    "array.fill": ["(value: T, start?: number, end?: number): SELF"],
    "array.filter": ["<S extends T>(test: \(guardTest)): S[]", "(test: \(test)): T[]"],
    "array.find": [
      "<S extends T>(test: \(guardTest)): S | undefined", "(test: \(test)): T | undefined",
    ],
    "array.findIndex": ["(test: \(test)): number"],
    "array.findLast": ["(test: \(test)): T | undefined"],
    "array.findLastIndex": ["(test: \(test)): number"],
    "array.flat": [
      "<U>(this: readonly (U | readonly U[])[], depth?: 1): U[]", "(depth?: number): any[]",
    ],
    "array.flatMap": [
      "<U>(change: (value: T, index: number, array: SELF) => U | readonly U[]): U[]"
    ],
    "array.forEach": ["(use: \(test)): void"],
    "array.includes": ["(value: unknown, start?: number): boolean"],
    "array.indexOf": ["(value: unknown, start?: number): number"],
    "array.join": ["(separator?: string): string"],
    "array.keys": ["(): number[]"],
    "array.lastIndexOf": ["(value: unknown, start?: number): number"],
    "array.map": ["<U>(change: (value: T, index: number, array: SELF) => U): U[]"],
    "array.pop": ["(): T | undefined"],
    "array.push": ["(...items: T[]): number"],
    "array.reduce": reduce,
    "array.reduceRight": reduce,
    "array.reverse": ["(): SELF"],
    "array.shift": ["(): T | undefined"],
    "array.slice": ["(start?: number, end?: number): T[]"],
    "array.some": ["(test: \(test)): boolean"],
    "array.sort": ["(compare?: (left: T, right: T) => number): SELF"],
    "array.splice": ["(start: number, count?: number, ...items: T[]): T[]"],
    "array.toLocaleString": ["(): string"],
    "array.toReversed": ["(): T[]"],
    "array.toSorted": ["(compare?: (left: T, right: T) => number): T[]"],
    "array.toSpliced": ["(start: number, count?: number, ...items: T[]): T[]"],
    "array.toString": ["(): string"],
    "array.unshift": ["(...items: T[]): number"],
    "array.values": ["(): T[]"],
    "array.with": ["(index: number, value: T): T[]"],
  ]

  private static let reduce = [
    "(step: (sum: T, value: T, index: number, array: SELF) => T): T",
    "(step: (sum: T, value: T, index: number, array: SELF) => T, first: T): T",
    "<U>(step: (sum: U, value: T, index: number, array: SELF) => U, first: U): U",
  ]
}
