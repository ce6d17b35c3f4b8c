import Encodings

/// One file's tree before its names are resolved, with what it takes from and gives to others.
struct ParsedModule: Sendable {
  /// One name that an `import` brings in.
  struct Import: Sendable {
    /// The name in the other file or module.
    var imported: String
    /// The name here.
    var local: String
    /// `import type`, or `type` before the name: only a type can be meant.
    var isType: Bool
    var position: SourcePosition
  }

  /// What an import or re-export names behind `from`.
  struct Source: Sendable {
    var text: String
    var position: SourcePosition
    /// Whether nothing but types is taken, so that the file is not needed to run.
    var isTypeOnly: Bool
  }

  /// One `import`.
  struct ImportClause: Sendable {
    var source: Source
    var names: [Import]
  }

  /// One exported name.
  struct Export: Sendable {
    enum Target: Sendable {
      /// A name of this file, whatever it stands for.
      case local(String)
      /// A name of another file, passed on.
      case other(source: Source, name: String)
      /// A type, which leaves nothing behind.
      case type
    }
    var name: String
    var target: Target
    var position: SourcePosition
  }

  /// What stands behind `export default`.
  enum Default: Sendable {
    /// A name of this file.
    case name(String, SourcePosition)
    case expression(Expression)

    var position: SourcePosition {
      switch self {
      case .name(_, let position): position
      case .expression(let expression): expression.position
      }
    }
  }

  var file: Int
  var body: [Statement] = []
  var imports: [ImportClause] = []
  var exports: [Export] = []
  var defaultExport: Default?
  /// Names of type aliases, interfaces and `declare`d things.
  var typeNames: Set<ByteName> = []
  /// Type aliases that stand for a `Spec<…>`, with the names in it.
  var specAliases: [ByteName: [String]] = [:]
  /// Names under which `Spec` is imported.
  var specNames: Set<ByteName> = ["Spec"]
  /// Type names that stand in a function's result type and are not known to be a `Spec` here.
  var resultTypeNames: Set<ByteName> = []
  /// Every pipeline in the order in which the parser ended them.
  var pipelines: [Expression] = []
  /// Whether a statement is missing because it could not be read.
  var isBroken = false

  /// Every file or module that is named, in source order.
  var sources: [Source] {
    imports.map(\.source)
      + exports.compactMap { export in
        if case .other(let source, _) = export.target { source } else { nil }
      }
  }
}

/// What a second reading of a file is told. Which pipelines are sequences and which imported type
/// names are a `Spec` shows only once names are resolved, and the tree is fixed when it is made.
struct ParserHints: Sendable {
  /// By the pipeline's place in ``ParsedModule/pipelines``.
  var sequences: [Int: Int] = [:]
  /// Names that stand for a `Spec<…>`.
  var specAliases: [ByteName: [String]] = [:]

  var isEmpty: Bool { sequences.isEmpty && specAliases.isEmpty }
}
