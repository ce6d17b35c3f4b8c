extension ConstantValues {
  /// Decides what every `|>` means.
  ///
  /// - Returns: by file, the pipelines that are sequences, by their place in
  ///   ``ParsedModule/pipelines``, each with the place of its plain function. All others apply.
  mutating func decidePipelines() -> [Int: [Int: Int]] {
    var sequences: [Int: [Int: Int]] = [:]
    for (file, ordinal, expression) in pipelines {
      guard case .pipeline(let pipeline) = expression.kind else { continue }
      if let plain = plainIndex(of: pipeline, at: expression.position) {
        sequences[file, default: [:]][ordinal] = plain
      }
    }
    return sequences
  }

  /// The place of the one plain function if the pipeline is a sequence.
  private mutating func plainIndex(
    of pipeline: Pipeline, at position: SourcePosition
  ) -> Int? {
    guard hasGuards else { return nil }
    let shapes = pipeline.members.map { shape($0) }
    let hasGuard = shapes.contains(.guard)
    // The first member is the value that goes in, unless it is a guard: a value of unknown kind
    // there is taken as data, but only where nothing else speaks for a sequence.
    let undecided = shapes.indices.first { shapes[$0] == .unknown && (hasGuard || $0 > 0) }
    if let undecided {
      diagnostics.report(
        .undecidablePipeline,
        "it cannot be told whether this member of a `|>` is a guard",
        "name a function, a constant bound to `guard(…)`, or write the call out",
        at: pipeline.members[undecided].position)
      return nil
    }
    guard hasGuard else { return nil }
    let plain = shapes.indices.filter { shapes[$0] == .plain }
    if let other = shapes.firstIndex(of: .data) {
      diagnostics.report(
        .sequenceWithoutOnePlain, "a member of this sequence of guards is not a function",
        "a sequence holds guards and one handler function",
        at: pipeline.members[other].position)
      return nil
    }
    guard plain.count == 1 else {
      diagnostics.report(
        .sequenceWithoutOnePlain,
        plain.isEmpty
          ? "this sequence of guards has no handler function"
          : "this sequence of guards has \(plain.count) plain functions",
        plain.isEmpty ? "add the handler between the guards" : "wrap all but one in `guard(…)`",
        at: plain.count > 1 ? pipeline.members[plain[1]].position : position)
      return nil
    }
    return plain[0]
  }
}
