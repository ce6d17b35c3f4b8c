import HandlerLanguage

/// Ways of losing a property, each flow once.
enum Flows {
  /// A flow goes from one source to one sink, whatever labels it is found by; a response that is
  /// made at a known place is not the handler's as a whole once more.
  static func distinct(
    _ ways: Set<[Findings.Place]>, handlerAt: SourcePosition
  ) -> [[Findings.Place]] {
    struct Ends: Hashable {
      var source: Int
      var from: SourcePosition
      var sink: Findings.Place
    }
    var others: [[Findings.Place]] = []
    var flows: [Ends: [[Findings.Place]]] = [:]
    for way in ways {
      guard way.count == 2, let label = way[0].label else {
        others.append(way)
        continue
      }
      let ends = Ends(source: label.source, from: way[0].position, sink: way[1])
      flows[ends, default: []].append(way)
    }
    let exact = Set(
      flows.keys.filter { $0.sink.position != handlerAt }.map { "\($0.source) \($0.sink.what)" })
    for (ends, found) in flows {
      if ends.sink.position == handlerAt, exact.contains("\(ends.source) \(ends.sink.what)") {
        continue
      }
      // The label that says most, which is the one of the least kind.
      if let way = found.min(by: { rank($0) < rank($1) }) { others.append(way) }
    }
    return others
  }

  private static func rank(_ way: [Findings.Place]) -> UInt8 { way[0].label?.kind.rawValue ?? 0 }
}
