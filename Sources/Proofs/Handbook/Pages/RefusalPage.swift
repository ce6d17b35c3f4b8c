import HandlerLanguage

/// What there is to say of a diagnostic's code: why the language is so, what is refused, what is
/// written instead. `zigttp help ZT213` prints it.
public struct RefusalPage: Sendable {
  /// What it is about, in a few words.
  public var title: String
  /// Why the language is so.
  public var reason: String
  /// A source that is refused with the code; nil where no text can show it.
  public var refused: HandlerExample?
  /// The same, as the language has it.
  public var instead: HandlerExample

  init(_ title: String, _ reason: String, refused: String?, instead: String) {
    self.title = title
    self.reason = reason
    self.refused = refused.map(HandlerExample.init)
    self.instead = HandlerExample(instead)
  }

  /// The page of a code; nil for one that has none.
  public static func page(of code: DiagnosticCode) -> RefusalPage? { pages[code] }

  private static let pages: [DiagnosticCode: RefusalPage] =
    [syntax, constructs, moreConstructs, names, calls, schemas, handlers, proofs, sql].reduce(
      into: [:]) {
      all, some in
      all.merge(some) { first, _ in first }
    }

  /// Every code with what it is about, a line each: what `zigttp help refusals` prints.
  public static var overview: String {
    let lines = DiagnosticCode.allCases.map { code in
      "  \(code.rawValue)  \(page(of: code)?.title ?? "")"
    }
    return (["What is refused; `zigttp help ZT213` explains one:", ""] + lines)
      .joined(separator: "\n") + "\n"
  }

  /// The page as it is printed, its lines ended.
  public func text(of code: DiagnosticCode) -> String {
    var lines = ["\(code.rawValue): \(title)", ""] + Wrapped.lines(reason)
    if let refused { lines += ["", "Refused:", ""] + refused.shown }
    lines += ["", refused == nil ? "Accepted:" : "Instead:", ""] + instead.shown
    return lines.joined(separator: "\n") + "\n"
  }
}
