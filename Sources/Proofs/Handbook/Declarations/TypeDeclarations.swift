import Contracts
import HandlerLanguage

/// The declarations of a handler's world for TypeScript: `zigttp types` prints them. They are made of
/// the tables that the parser, the prover and the runtime read, so that an editor knows what they do.
public enum TypeDeclarations {
  /// The whole of `zigttp.d.ts`, its lines ended.
  public static let text: String =
    [
      DeclarationPrelude.head, DeclarationPrelude.foundations, shapes, receivers, globals, modules,
    ].joined(separator: "\n")

  private static var shapes: String {
    lines(of: DeclarationPrelude.shapes) { line in
      guard line.hasPrefix("METHODS."),
        let receiver = BuiltinMethod.Receiver(rawValue: String(line.dropFirst(8)))
      else { return [line] }
      return methods(of: receiver)
    }
  }

  private static func lines(of text: String, _ change: (String) -> [String]) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      .flatMap(change).joined(separator: "\n")
  }

  // MARK: Strings, arrays, numbers, booleans

  private static func methods(
    of receiver: BuiltinMethod.Receiver, as own: String = "T[]",
    where isWanted: (BuiltinMethod) -> Bool = { _ in true }
  ) -> [String] {
    BuiltinMethod.allCases.filter { $0.receiver == receiver && isWanted($0) }.flatMap { method in
      BuiltinSignatures.of(method).map { overload in
        "  \(method.name)\(overload.replacing("SELF", with: own));"
      }
    }
  }

  private static var receivers: String {
    let iterator = "  [Symbol.iterator](): Iterator<"
    let unchanging = methods(of: .array, as: "readonly T[]") { $0.row.effect != .mutatesReceiver }
    let parts: [[String]] = [
      ["interface Boolean {"], methods(of: .boolean), ["}"],
      ["interface Number {"], methods(of: .number), ["}"],
      ["interface String {", "  readonly length: number;", "  readonly [index: number]: string;"],
      [iterator + "string>;"], methods(of: .string), ["}"],
      ["interface Array<T> {", "  length: number;", "  [index: number]: T;", iterator + "T>;"],
      methods(of: .array), ["}"],
      ["interface ReadonlyArray<T> {", "  readonly length: number;"],
      ["  readonly [index: number]: T;", iterator + "T>;"], unchanging, ["}", ""],
    ]
    return parts.joined().joined(separator: "\n")
  }

  // MARK: Globals

  private static var globals: String {
    let parts = BuiltinGlobal.allCases.map { global in
      let members = BuiltinMember.allCases.filter { $0.global == global }
      if !members.isEmpty { return object(global, members) }
      if global.row.form == .constant {
        return "declare const \(global.rawValue): \(BuiltinSignatures.of(global)[0]);"
      }
      return BuiltinSignatures.of(global).map { "declare function \(global.rawValue)\($0);" }
        .joined(separator: "\n")
    }
    return parts.joined(separator: "\n") + "\n"
  }

  private static func object(_ global: BuiltinGlobal, _ members: [BuiltinMember]) -> String {
    var lines = ["declare const \(global.rawValue): {"]
    if global.row.isCallable { lines += BuiltinSignatures.of(global).map { "  \($0);" } }
    for member in members {
      for overload in BuiltinSignatures.of(member) {
        let isConstant = member.row.form == .constant
        lines.append(
          isConstant ? "  readonly \(member.name): \(overload);" : "  \(member.name)\(overload);")
      }
    }
    return (lines + ["};"]).joined(separator: "\n")
  }

  // MARK: Modules

  private static var modules: String {
    ModuleTable.modules.map { module in
      let lines = module == "types" ? types : functions(of: module)
      return (["declare module \"zigttp:\(module)\" {"] + lines + ["}", ""]).joined(separator: "\n")
    }.joined(separator: "\n")
  }

  private static func functions(of module: String) -> [String] {
    ModuleTable.rows.filter { $0.function.module == module }.flatMap { row in
      let entry = ModuleSignatures.entry(of: row)
      return comment(entry.summary) + ["  export function \(declaration(of: row));"]
    }
  }

  private static func comment(_ summary: String) -> [String] {
    if summary.isEmpty { return [] }
    if summary.count <= 96 { return ["  /** \(summary) */"] }
    return ["  /**"] + Wrapped.lines(summary, indent: "   * ", width: 100) + ["   */"]
  }

  /// A function as TypeScript declares it: `cacheGet(namespace: string, …): string | undefined`.
  static func declaration(of row: ModuleRow) -> String {
    let signature = ModuleSignatures.entry(of: row).signature
    return row.function.name + signature.text(names: row.parameters, required: row.required)
  }

  // Types only. What a Spec names is looked at by `zigttp check`, TypeScript looks at the names.
  private static var types: [String] {
    let labels = Property.allCases.map(\.label)
    let names = (labels + labels.filter { $0.contains("-") }.map { $0.replacing("-", with: "_") })
      .map { "\"\($0)\"" }
    let lines = names.enumerated().map { index, name in
      "    | \(name)\(index == names.count - 1 ? ";" : "")"
    }
    return ["  /** What can be proven of a handler, with dashes or underscores. */"]
      + ["  export type PropertyName ="] + lines
      + [
        """
        /** `function handler(req: Request): Response & Spec<"read-only">`: a deploy stops where \
        it does not hold. */
        """,
        "  export type Spec<P extends PropertyName> = unknown;",
        "  export type Proof<P = unknown> = unknown;",
        "  export type Effects<E = unknown> = unknown;",
      ]
  }
}
