import Contracts
import HandlerLanguage
import HandlerProver
import TestSupport

/// A program in which something goes from a source to a sink, so that a property is lost, and the
/// same program with something harmless in the source's place.
public struct PlantedFlow: Sendable {
  /// The property that is lost.
  public var property: Property
  /// Which source and which sink.
  public var name: String
  /// The program, by path; `handler.tsx` is where it begins.
  public var files: [String: String]
  /// The same without the source.
  public var control: [String: String]

  /// The flow of a seed.
  public init(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let kinds = FlowKind.all
    let kind = kinds[Int.random(in: kinds.indices, using: &random)]
    let source = kind.sources[Int.random(in: kind.sources.indices, using: &random)]
    let sink = kind.sinks[Int.random(in: kind.sinks.indices, using: &random)]
    let state = random
    func program(_ source: FlowKind.Source) -> [String: String] {
      var writer = FlowWriter(random: state)
      return writer.program(source.expression, kept: source.kept, kind.steps, sink: sink)
    }
    property = kind.property
    name = "\(source.kept ?? source.expression) -> \(sink)"
    files = program(source)
    control = program(.init(kind.harmless))
  }

  /// What the prover says of it.
  public enum Outcome: Sendable, Hashable {
    /// The property is not claimed, as it must not be.
    case seen
    /// The property is claimed.
    case missed
    /// The program does not load.
    case refused(String)
  }

  /// Proves the program, and the one without the source.
  ///
  /// - Returns: what was said of the first, and whether the property is claimed for the second: where
  ///   it never is, what was planted shows nothing.
  public func prove() -> (Outcome, isKeptWithout: Bool) {
    func holds(_ files: [String: String]) -> Result<Bool, Refusal> {
      let loaded = Program.load(entry: "handler.tsx") { path in files[path].map { Array($0.utf8) } }
      guard let program = loaded.program else {
        return .failure(
          Refusal(text: loaded.diagnostics.map(\.description).joined(separator: "\n")))
      }
      let proof = Prover.prove(program, handlerPath: "handler.tsx")
      return .success(proof.contract.properties[property] == true)
    }
    switch (holds(files), holds(control)) {
    case (.failure(let refusal), _), (_, .failure(let refusal)):
      return (.refused(refusal.text), false)
    case (.success(let claimed), .success(let kept)): return (claimed ? .missed : .seen, kept)
    }
  }

  private struct Refusal: Error { var text: String }

  /// The program as one text, for whoever looks at it.
  public var text: String {
    files.sorted { $0.key < $1.key }.map { "// @file \($0.key)\n\($0.value)" }.joined()
  }
}
