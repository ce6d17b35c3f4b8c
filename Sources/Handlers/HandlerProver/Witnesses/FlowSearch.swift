import HandlerLanguage

/// Finds the way that labelled data takes from where it comes into being to where it ends up: from
/// the end backwards over what was seen to carry it, the shortest way first.
///
/// It only tells what the proof has found already: where it finds no way, the witness has its two
/// ends and nothing in between.
struct FlowSearch {
  /// What is looked at on the way back.
  enum Node: Hashable {
    case expression(Trace.Place)
    /// An object of the heap, wherever it is held.
    case object(Int)
    /// What decided whether an expression is evaluated.
    case control(Trace.Place)
    /// Where the data comes into being.
    case source
  }
  /// How data gets from one node to the next.
  enum Edge {
    /// By being a part of it.
    case part
    /// As an argument of a call.
    case argument(Trace.Place)
    /// As what a function gives back to the call of it.
    case result(function: Int, SourcePosition)
    /// Under a name.
    case name(Int, SourcePosition)
    /// By being put into an object.
    case write(ProgramIndex.Write)
    /// By way of what stays between requests: the call that wrote it.
    case storage(Expression)
    /// By deciding what is done.
    case decision(SourcePosition)
  }
  /// A place on the way, and how the data gets on from there.
  struct Leg {
    var from: Node
    var to: Node
    var edge: Edge
  }
  /// How much is taken for a way: each more than the one before.
  enum Width: CaseIterable {
    /// The label itself, by names, calls and returns.
    case narrow
    /// Over objects that are changed later, too.
    case objects
    /// Over what decides what is done, for labels that follow branches.
    case decisions
    /// Other labels of the same source, and over calls without looking into the function.
    case wide
  }

  let evaluator: Evaluator
  let findings: Findings
  let trace: Trace
  let index: ProgramIndex
  /// The calls by which each frame is entered.
  private let entries: [Int: [Findings.CallPlace]]
  /// What is written into each object, and in which frame.
  private let writes: [Int: [(write: ProgramIndex.Write, frame: Int)]]
  /// What makes each object.
  private let makers: [Int: Trace.Place]

  init?(_ evaluator: Evaluator, _ findings: Findings) {
    guard let trace = evaluator.trace else { return nil }
    self.evaluator = evaluator
    self.findings = findings
    self.trace = trace
    index = ProgramIndex(evaluator.program)
    var entries: [Int: [Findings.CallPlace]] = [:]
    for (place, frames) in findings.entered {
      for frame in frames { entries[frame, default: []].append(place) }
    }
    self.entries = entries.mapValues { $0.sorted { ($0.frame, $0.call) < ($1.frame, $1.call) } }
    var writes: [Int: [(ProgramIndex.Write, Int)]] = [:]
    for write in index.writes {
      for frame in trace.frames[write.base.id] ?? [] {
        let place = Trace.Place(expression: write.base.id, frame: frame)
        for object in trace.given[place]?.objects ?? [] {
          writes[object, default: []].append((write, frame))
        }
      }
    }
    self.writes = writes
    var makers: [Int: Trace.Place] = [:]
    for (allocation, object) in evaluator.heapIndex where allocation.part.isEmpty {
      makers[object] = Trace.Place(expression: allocation.site, frame: allocation.frame)
    }
    self.makers = makers
  }

  /// The way of a label to a place; nil where none is found.
  func way(of label: Label, to end: SourcePosition) -> [Leg]? {
    guard label.source != Label.others else { return nil }
    let starts = starts(at: end).map { node -> (node: Node, carries: Bool) in
      guard case .expression(let place) = node else { return (node, false) }
      return (node, trace.given[place]?.labels.contains(label) ?? false)
    }
    .reduce(into: (first: [Node](), then: [Node]())) { parts, one in
      if one.carries { parts.first.append(one.node) } else { parts.then.append(one.node) }
    }
    for width in Width.allCases {
      if width == .decisions, !LabelKind.followsBranches.contains(LabelKinds(label.kind)) {
        continue
      }
      if let way = Way(self, label, width).find(from: starts.first + starts.then) { return way }
    }
    return nil
  }

  /// Everything that stands at a place, what carries the label before what only is given it; what a
  /// function returns, where one stands there.
  private func starts(at position: SourcePosition) -> [Node] {
    var found: [Node] = []
    for id in index.at[position] ?? [] {
      for frame in trace.frames[id] ?? [] {
        found.append(.expression(.init(expression: id, frame: frame)))
      }
    }
    for id in index.functionsAt[position] ?? [] {
      for frame in evaluator.frames where frame.function?.id == id {
        found += returns(of: frame.id).map { .expression($0.place) }
      }
    }
    return found
  }

  // MARK: what leads where

  /// What the function of a frame returns.
  func returns(of frame: Int) -> [(place: Trace.Place, position: SourcePosition)] {
    (findings.returns[frame] ?? [:]).compactMap { position, found in
      found.expression.map { (Trace.Place(expression: $0.id, frame: frame), position) }
    }.sorted { ProgramIndex.isBefore($0.1, $1.1) }
  }

  /// The frames that a call leads to.
  func entered(_ call: Trace.Place) -> [Int] {
    (findings.entered[.init(call: call.expression, frame: call.frame)] ?? []).sorted()
  }

  /// The calls that lead to a frame.
  func entries(of frame: Int) -> [Findings.CallPlace] { entries[frame] ?? [] }

  /// Whether everything that is called at a place is a function of the program.
  func isOwn(_ call: Trace.Place) -> Bool {
    let place = Findings.CallPlace(call: call.expression, frame: call.frame)
    guard let callees = findings.callees[place], !callees.isEmpty else { return false }
    return callees.allSatisfy { if case .closure = evaluator.functions[$0] { true } else { false } }
  }

  /// Whether a frame is one of what is called at a place, and not of a function that is given to it.
  func isCalled(_ frame: Int, at call: Findings.CallPlace) -> Bool {
    findings.callees[call]?.contains(evaluator.frames[frame].callee) ?? false
  }

  func frame(_ id: Int) -> Frame? {
    evaluator.frames.indices.contains(id) ? evaluator.frames[id] : nil
  }

  /// What is put into an object, and the objects that hang on it.
  func inside(_ object: Int) -> (writes: [(write: ProgramIndex.Write, frame: Int)], held: [Int]) {
    let item = evaluator.heap[object]
    var held = item.others.objects
    for field in item.fields.values { held.formUnion(field.objects) }
    if let rendering = item.rendering {
      held.formUnion(rendering.contents.objects)
      held.formUnion(rendering.properties.objects)
    }
    return (writes[object] ?? [], held.sorted())
  }

  func maker(of object: Int) -> Trace.Place? { makers[object] }
}
