/// What may stand around a part of a chain: a function, a callback, a loop, a branch, another file.
enum Block: CaseIterable {
  case function, closure, callback, loop, branch, otherwise, switched, immediately, library, guarded
  case component, reduced, matched

  /// Around statements `lines` that make `inner` of `x#` (of `value` itself where they see it), and
  /// what gives `v#` of it all; and a function of the module level that it calls. `isText` says that
  /// the value is a text.
  func around(
    _ lines: String, _ inner: String, value: String, number: String, isText: Bool
  ) -> (text: String, function: String?) {
    let given = "x\(number)"
    let result = "v\(number)"
    let none = isText ? "\"\"" : "null"
    let text: String
    switch self {
    case .function, .library:
      return (
        "const \(result) = f\(number)(req, \(value));",
        "function f\(number)(req, \(given)) {\n\(lines)\nreturn \(inner);\n}"
      )
    case .closure:
      text =
        "const f\(number) = (\(given)) => {\n\(lines)\nreturn \(inner);\n};\n"
        + "const \(result) = f\(number)(\(value));"
    case .immediately:
      text = "const \(result) = ((\(given)) => {\n\(lines)\nreturn \(inner);\n})(\(value));"
    case .callback:
      text =
        "const m\(number) = [\(value)].map((\(given)) => {\n\(lines)\nreturn \(inner);\n});\n"
        + "const \(result) = m\(number)[0];"
    case .reduced:
      text =
        "const \(result) = [1, 2].reduce((\(given)) => {\n\(lines)\nreturn \(inner);\n}, \(value));"
    case .loop:
      text =
        "let \(result) = \(none);\nfor (const \(given) of [\(value)]) {\n\(lines)\n"
        + "\(result) = \(inner);\n}"
    case .branch:
      text =
        "let \(result) = \(value);\nif (env(\"MODE\") === \"b\") {\nconst \(given) = \(result);\n"
        + "\(lines)\n\(result) = \(inner);\n}"
    case .otherwise:
      text =
        "let \(result) = \(none);\nif (env(\"MODE\") === \"b\") { \(result) = \(value); } else {\n"
        + "const \(given) = \(value);\n\(lines)\n\(result) = \(inner);\n}"
    case .switched:
      text =
        "let \(result) = \(value);\nswitch (env(\"MODE\")) {\ncase \"a\": {\n"
        + "const \(given) = \(value);\n\(lines)\n\(result) = \(inner);\nbreak;\n}\n"
        + "default: \(result) = \(value);\n}"
    case .matched:
      text =
        "const \(result) = match (env(\"MODE\")) {\nwhen \"a\": ((\(given)) => {\n\(lines)\n"
        + "return \(inner);\n})(\(value))\ndefault: \(value)\n};"
    case .guarded:
      text =
        "const g\(number) = (\(given)) => {\nif (env(\"MODE\") === \"off\") return \(given);\n"
        + "\(lines)\nreturn \(inner);\n};\nconst \(result) = g\(number)(\(value));"
    case .component:
      text =
        "let \(result) = \(none);\nconst K\(number) = ({ \(given) }) => {\n\(lines)\n"
        + "\(result) = \(inner);\nreturn <i>a</i>;\n};\n"
        + "renderToString(<K\(number) \(given)={\(value)} />);"
    }
    return (text, nil)
  }
}
