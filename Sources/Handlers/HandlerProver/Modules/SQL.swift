import Encodings
import HandlerLanguage
import HandlerSQL

// `zigttp:sql`: rows are what others wrote to the tables, whoever they were; the parameters of what
// is written stay in them.
extension Evaluator {
  func useStatement(
    _ function: ModuleFunction, _ arguments: CallArguments, _ call: Expression,
    _ state: inout PathState, _ frame: Frame
  ) -> AbstractValue {
    let statements = statements(named: arguments[0])
    let given = deepLabels(arguments.joined).without([.missing, .path])
    reachDatabase(function, arguments, call)
    // A text that is given may come back in a row, whatever the table holds; what is decoded or put
    // together in there is raw again.
    let kept = given.union(contents(of: statements)).decoded
    var deciding = given.of(LabelKind.followsBranches)
    deciding.insert(label(.stored, function.name, at: call.position))
    if statements.contains(where: \.facts.isVolatile) {
      deciding.insert(label(.volatile, function.name, at: call.position, call: call))
    }
    if function == .sqlExec {
      noteWrite(
        function, .counts, given.union(deciding.of([.volatile])), state, at: call.position)
    }
    // A constraint, a limit, a value that is no number here: each depends on what is stored.
    addFault(deciding.union(given), &state, frame)
    if function == .sqlExec {
      remember(kept.union(deciding.of([.volatile])), in: statements)
      return changes(deciding.union(kept.without(LabelKind.droppedByNumber)), call, frame)
    }
    let own = labels(
      LabelKind.raw.union([.request]), "rows of \(function.name)", at: call.position,
      isPlaced: true)
    let labels = kept.union(own).union(deciding).union([openMarkup, piece])
    let rows = statements.map { row(of: $0, labels, call, frame) }
    var value = AbstractValue(objects: Indices(rows), labels: deciding)
    guard function == .sqlMany else {
      value.kinds = .undefined
      return value
    }
    for row in rows where !heap[row].isMany {
      heap[row].isMany = true
      hasChanged = true
    }
    let list = allocate(.array, at: call, part: "rows", in: frame)
    grow(list, field: nil, value)
    // How many there are, and in what order.
    grow(list, labels: labels.choosing)
    return AbstractValue(objects: [list], labels: deciding)
  }

  /// The statements that a name can mean: all of them where it is not known. None is left out, since
  /// no other can be run.
  private func statements(named name: AbstractValue) -> [NamedStatement] {
    guard let texts = name.literalTexts else { return program.statements }
    let names = Set(texts.map { ByteName($0) })
    return program.statements.filter { names.contains($0.name) }
  }

  private func reachDatabase(
    _ function: ModuleFunction, _ arguments: CallArguments, _ call: Expression
  ) {
    let sink: Findings.Sink
    switch ModuleTable.row(function).sink {
    case .store: sink = .sql
    case .query: sink = .query
    case .none, .log, .egress: return
    }
    let name = AbstractValue(labels: deepLabels(arguments[0]))
    let all = arguments.rest(from: 1)
    reached(sink, all, "parameter of \(function.name)", at: call.position)
    // Which statement is run is no parameter, but says something all the same.
    reached(sink, name, "name of the statement of \(function.name)", at: call.position)
  }

  private func row(
    of statement: NamedStatement, _ labels: Labels, _ call: Expression, _ frame: Frame
  ) -> Int {
    let row = allocate(.plain, at: call, part: "row of \(statement.name)", in: frame)
    for column in statement.facts.columns {
      grow(
        row, field: column, AbstractValue(kinds: [.string, .number, .null], labels: labels),
        isCertain: true)
    }
    return row
  }

  private func changes(_ labels: Labels, _ call: Expression, _ frame: Frame) -> AbstractValue {
    let found = allocate(.plain, at: call, in: frame)
    for field in ["changes", "lastInsertRowid"] {
      grow(found, field: field, AbstractValue.number.labelled(labels), isCertain: true)
    }
    return .object(found)
  }

  // MARK: Tables

  /// Labels of what the program writes to the tables that statements touch.
  private func contents(of statements: [NamedStatement]) -> Labels {
    var found: Labels = []
    for table in statements.flatMap(\.facts.tables) {
      if let more = tableContents[table] { found.formUnion(more) }
    }
    return found
  }

  private func remember(_ labels: Labels, in statements: [NamedStatement]) {
    if !labels.isEmpty, hides(.contents) { return }
    for table in statements.flatMap(\.facts.written)
    where !labels.isSubset(of: tableContents[table] ?? []) {
      tableContents[ByteName(table), default: []].formUnion(labels)
      hasChanged = true
    }
  }
}
