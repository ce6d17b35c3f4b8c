import Contracts
import Encodings

/// How a property is lost, and why a proof is not complete, for `check --explain`.
enum WitnessText {
  /// A block a witness: what it is about, then its steps from source to sink.
  static func render(_ witnesses: [Witness]) -> SafeText {
    if witnesses.isEmpty { return "\nNothing is lost that can be pointed at.\n" }
    return witnesses.map { witness -> SafeText in
      let steps = witness.steps.map { step -> SafeText in
        "  \(step.path):\(step.line):\(step.column): \(step.what)\n"
      }
      let allowing =
        witness.leak.map { "  allowed by --allow-leak '\($0.text)'\n" as SafeText } ?? ""
      return "\n\(heading(witness.subject)):\n\(steps.joined())\(allowing)"
    }.joined()
  }

  private static func heading(_ subject: Witness.Subject) -> SafeText {
    switch subject {
    case .property(let property): "\(property.label) is lost"
    case .proofLevel(let level): "The proof is \(level.rawValue)"
    }
  }
}
