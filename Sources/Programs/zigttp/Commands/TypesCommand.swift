import ArgumentParser
import Handbook
import Reports

/// `zigttp types`: the language's modules and built-ins as TypeScript declares them.
struct TypesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "types",
    abstract: "Print TypeScript declarations of what a handler can use.",
    discussion: """
      `zigttp types > zigttp.d.ts` beside a tsconfig.json with "noLib": true (`zigttp init` writes \
      both), and an editor knows what the language knows: every module, every built-in, and nothing \
      that it has not. `match` and `|>` are no TypeScript: write `switch` or `?:`, and `pipe(a, b)`; \
      `assert cond, "why"` is also `assert(cond, "why")`.
      """)

  @OptionGroup var global: GlobalOptions

  mutating func run() throws {
    try Console().answer(TypesDocument(TypeDeclarations.text), asJSON: global.json)
  }
}
