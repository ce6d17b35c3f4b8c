import HandlerLanguage

extension FlowSearch {
  /// One search.
  final class Way {
    private let search: FlowSearch
    private let label: Label
    private let source: LabelSource
    private let width: Width
    private let followsBranches: Bool
    /// For each node that was found: the one it leads to, and how.
    private var next: [Node: Leg] = [:]
    private var seen: Set<Node> = []
    private var queue: [Node] = []

    init(_ search: FlowSearch, _ label: Label, _ width: Width) {
      self.search = search
      self.label = label
      self.width = width
      source = search.evaluator.sources[label.source]
      followsBranches =
        (width == .decisions || width == .wide)
        && LabelKind.followsBranches.contains(LabelKinds(label.kind))
    }

    /// The way to one of the ends, its source first.
    func find(from ends: [Node]) -> [Leg]? {
      seen = Set(ends)
      queue = ends
      var place = 0
      while place < queue.count {
        let node = queue[place]
        place += 1
        expand(node)
        if seen.contains(.source) { return legs() }
      }
      return nil
    }

    private func legs() -> [Leg] {
      var legs: [Leg] = []
      var node = Node.source
      while let leg = next[node] {
        legs.append(leg)
        node = leg.to
      }
      return legs
    }

    private func add(_ from: Node, _ edge: Edge, to: Node) {
      if case .expression(let place) = from, !admits(place) { return }
      guard seen.insert(from).inserted else { return }
      next[from] = Leg(from: from, to: to, edge: edge)
      queue.append(from)
    }

    /// Whether data may have come by there. What was not seen by itself, such as a question, is
    /// looked through.
    private func admits(_ place: Trace.Place) -> Bool {
      guard let given = search.trace.given[place] else { return true }
      if carries(given.labels) { return true }
      return search.index.piped[place.expression] != nil
    }

    private func isSeen(_ place: Trace.Place) -> Bool {
      search.trace.given[place].map { carries($0.labels) } ?? false
    }

    private func carries(_ labels: Labels) -> Bool {
      if labels.contains(label) { return true }
      guard width == .wide else { return false }
      // What was decoded, or chosen, has other labels of the same source than what came.
      return LabelKind.allCases.contains {
        $0 != .missing && labels.contains(Label(kind: $0, source: label.source))
      }
    }

    // MARK: one step back

    private func expand(_ node: Node) {
      switch node {
      case .expression(let place): expand(place, node)
      case .object(let object): expand(object: object, node)
      case .control(let place): expand(control: place, node)
      case .source: break
      }
    }

    private func expand(_ place: Trace.Place, _ node: Node) {
      guard let expression = search.index.expressions[place.expression] else { return }
      if isSource(expression, place) {
        add(.source, .part, to: node)
        return
      }
      let frames = search.entered(place)
      for frame in frames {
        for found in search.returns(of: frame) {
          let function = search.evaluator.frames[frame].function?.id ?? ProgramIndex.module
          add(
            .expression(found.place), .result(function: function, found.position), to: node)
        }
      }
      if let before = search.index.piped[place.expression] {
        if frames.isEmpty || width == .wide {
          add(.expression(.init(expression: before.id, frame: place.frame)), .part, to: node)
        }
      } else if case .identifier = expression.kind {
        expand(name: expression, place, node)
      } else {
        expand(parts: expression, place, frames, node)
      }
      for write in search.writes(whatIsReadAt: place.expression) {
        for frame in search.trace.frames[write.value.id] ?? [] {
          add(
            .expression(.init(expression: write.value.id, frame: frame)), .storage(write.call),
            to: node)
        }
      }
      if width != .narrow {
        for object in (search.trace.given[place]?.objects ?? []).sorted() {
          add(.object(object), .part, to: node)
        }
      }
      if followsBranches { add(.control(place), .part, to: node) }
    }

    private func isSource(_ expression: Expression, _ place: Trace.Place) -> Bool {
      guard expression.position == source.position,
        let given = search.trace.given[place], carries(given.labels)
      else { return false }
      return source.frame.map { $0 == place.frame } ?? true
    }

    private func expand(
      parts expression: Expression, _ place: Trace.Place, _ frames: [Int], _ node: Node
    ) {
      // What a function of the program makes of its arguments is looked at in there.
      if !frames.isEmpty, width != .wide, case .call(let callee, _, _) = expression.kind {
        if search.isOwn(place) {
          add(.expression(.init(expression: callee.id, frame: place.frame)), .part, to: node)
          return
        }
        // What it calls back gives the data.
        let given = frames.lazy.flatMap { self.search.returns(of: $0) }
        if given.contains(where: { self.isSeen($0.place) }) { return }
      }
      for operand in expression.operands {
        add(.expression(.init(expression: operand.id, frame: place.frame)), .part, to: node)
      }
    }

    private func expand(name: Expression, _ place: Trace.Place, _ node: Node) {
      guard case .binding(let binding)? = search.evaluator.program.references[name.id],
        let frame = search.frame(place.frame)
      else { return }
      let declared = search.evaluator.program.bindings[binding]
      // Taken out of a pattern, it comes into being under its name.
      if declared.position == source.position {
        add(.source, .part, to: node)
        return
      }
      guard let owner = frame.owner(of: declared.function) else { return }
      for definition in search.index.definitions[binding] ?? [] {
        if definition.position == source.position {
          add(.source, .part, to: node)
          return
        }
        for id in search.trace.frames[definition.value.id] ?? [place.frame]
        where search.frame(id)?.owner(of: declared.function) === owner {
          add(
            .expression(.init(expression: definition.value.id, frame: id)),
            .name(binding, definition.position), to: node)
        }
      }
      if let parameter = search.index.parameters[binding] {
        for entry in search.entries(of: owner.id) {
          expand(parameter, of: owner.id, entry, node)
        }
      }
    }

    private func expand(
      _ parameter: ProgramIndex.Parameter, of frame: Int, _ entry: Findings.CallPlace,
      _ node: Node
    ) {
      // The request comes from outside of the program.
      if entry.frame < 0 || search.index.expressions[entry.call] == nil {
        if isRequest { add(.source, .part, to: node) }
        return
      }
      let call = Trace.Place(expression: entry.call, frame: entry.frame)
      guard let expression = search.index.expressions[entry.call] else { return }
      var arguments = expression.operands
      if let before = search.index.piped[entry.call] {
        arguments = [before]
      } else if case .call(_, let passed, _) = expression.kind, search.isCalled(frame, at: entry),
        !passed.contains(where: \.isSpread)
      {
        let values = passed.map(\.value)
        arguments =
          parameter.isRest
          ? Array(values.dropFirst(parameter.place))
          : values.indices.contains(parameter.place) ? [values[parameter.place]] : []
      }
      for argument in arguments {
        add(
          .expression(.init(expression: argument.id, frame: entry.frame)), .argument(call),
          to: node)
      }
    }

    /// Whether the data is the request's from the beginning.
    private var isRequest: Bool {
      source.position == SourcePosition(file: 0, line: 1, column: 1) && source.call == nil
    }

    private func expand(object: Int, _ node: Node) {
      let inside = search.inside(object)
      for (write, frame) in inside.writes {
        for value in write.values {
          add(
            .expression(.init(expression: value.id, frame: frame)), .write(write), to: node)
        }
      }
      if let maker = search.maker(of: object) { add(.expression(maker), .part, to: node) }
      for held in inside.held
      where carries(search.evaluator.deepLabels(.object(held))) {
        add(.object(held), .part, to: node)
      }
    }

    private func expand(control place: Trace.Place, _ node: Node) {
      guard let expression = search.index.expressions[place.expression] else { return }
      let function = search.index.functionOf[place.expression] ?? ProgramIndex.module
      // The nearest first.
      for test in (search.index.tests[function] ?? []).reversed()
      where ProgramIndex.isBefore(test.position, expression.position)
        || test.position == expression.position
      {
        add(
          .expression(.init(expression: test.id, frame: place.frame)),
          .decision(test.position), to: node)
      }
      for entry in search.entries(of: place.frame) where entry.frame >= 0 {
        add(
          .control(.init(expression: entry.call, frame: entry.frame)), .part, to: node)
      }
      // What decides in a function that has run decides whether it goes on here.
      for frame in search.entered(place) {
        for found in search.returns(of: frame) { add(.control(found.place), .part, to: node) }
      }
    }
  }
}
