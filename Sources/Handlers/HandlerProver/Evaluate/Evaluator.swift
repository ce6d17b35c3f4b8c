import Encodings
import HandlerLanguage
import ProjectFiles

/// Runs a program over abstract values, again and again until nothing grows any more, then once
/// more to write down what it finds.
///
/// Calls are told apart by the expression they come from, objects by the expression and frame
/// that make them, and the start of the program from its requests. Variables and fields keep
/// everything that is ever stored in them. Only code that can be reached from the module level or
/// from the handler is looked at.
final class Evaluator {
  /// What tells objects apart.
  struct Allocation: Hashable {
    var site: Int
    /// Several objects of one site: `headers` and `body` of one response.
    var part: String
    var frame: Int
  }

  /// A loop or switch, and the states at its `break` and `continue` statements.
  struct Jumps {
    var isLoop: Bool
    var states: [PathState] = []
  }

  let program: Program
  /// `package.json`: whether an env name is a secret.
  let secretOverrides: [ByteName: Bool]

  var heap: [AbstractObject] = []
  var heapIndex: [Allocation: Int] = [:]
  /// The headers of the request, once a request has been made.
  var requestHeaders: Int?
  /// Its query.
  var requestQuery: Int?
  var functions: [AbstractFunction] = []
  var functionIndex: [AbstractFunction: Int] = [:]
  var sequences: [GuardSequence] = []
  var sequenceIndex: [Allocation: Int] = [:]
  var bodies: [Int: Function] = [:]
  var frames: [Frame] = []
  var frameIndex: [Frame.Key: Int] = [:]
  var sources: [LabelSource] = []
  var sourceIndex: [ByteName: Int] = [:]
  /// Labels of what the program writes to each cache namespace, and to those of unknown name.
  var cacheContents: [ByteName: Labels] = [:]
  var cacheAnywhere: Labels = []
  /// Labels of what may end a request early.
  var faults: Labels = []
  /// The same for asserts about what was stored.
  var asserted: Labels = []
  /// The initialisers of constants, so that a test of the constant is a test of what it says.
  var initialisers: [Int: Expression] = [:]

  var pass = 0
  var hasChanged = false
  /// Frames whose bodies wait for the stack to be shallow again.
  var waiting: [Frame] = []
  var depth = 0
  /// How deep expressions are nested in each other right now, over all calls.
  var nesting = 0
  /// How many constants are being looked through to the questions they answer.
  var aliases = 0
  /// Calls that stand behind a `return`: what they give is what their function gives.
  var returnedCalls: Set<Int> = []
  /// Returns, breaks and failed asserts met in the function that is being evaluated.
  var exits = 0
  /// The loops and switches around the statement, and the states that leave them early.
  var jumps: [Jumps] = []
  /// Set in the last pass.
  var findings: Findings?
  /// What the handler returns, known from the last pass on.
  var answered = AbstractValue.nothing
  /// Where the handler stands.
  var handlerAt = SourcePosition(file: 0, line: 1, column: 1)

  // Beyond these the analysis merges what it could tell apart, and queues what it could follow.
  static let mostFrames = 3000
  static let deepest = 120
  static let deepestNesting = 1000
  static let settlingPasses = 20

  init(program: Program, secretOverrides: [ByteName: Bool]) {
    self.program = program
    self.secretOverrides = secretOverrides
    let key = Frame.Key(
      function: -1, callSite: -1, parent: -1, phase: .start, routes: .any, facts: [])
    frames.append(Frame(id: 0, function: nil, parent: nil, callee: -1, isTail: false, key: key))
  }

  /// The frame of the module level.
  var moduleFrame: Frame { frames[0] }

  /// Runs to the fixpoint and gives what the last pass wrote down.
  func run() -> Findings {
    repeat {
      hasChanged = false
      runOnce()
    } while hasChanged
    let findings = Findings()
    self.findings = findings
    runOnce()
    return findings
  }

  private func runOnce() {
    pass += 1
    waiting.removeAll()
    var state = PathState()
    for module in program.modules { execute(module.body, &state, moduleFrame) }
    runHandler()
    while let frame = waiting.popLast() {
      if frame.pass != pass { evaluateBody(frame) }
    }
  }

  // MARK: tables

  /// The heap's object for an expression of a frame, made when it is not there yet.
  func allocate(
    _ kind: AbstractObject.Kind, at expression: Expression, part: String = "", in frame: Frame
  ) -> Int {
    let key = Allocation(site: expression.id, part: part, frame: frame.id)
    if let index = heapIndex[key] { return index }
    heap.append(
      AbstractObject(kind: kind, phase: frame.phase, position: expression.position))
    heapIndex[key] = heap.count - 1
    hasChanged = true
    return heap.count - 1
  }

  /// The index of a function value.
  func intern(_ function: AbstractFunction) -> Int {
    if let index = functionIndex[function] { return index }
    functions.append(function)
    functionIndex[function] = functions.count - 1
    hasChanged = true
    return functions.count - 1
  }

  /// A label; sources are shared by name and, where the call matters, by call.
  func label(
    _ kind: LabelKind, _ name: String, at position: SourcePosition, call: Expression? = nil,
    in frame: Frame? = nil
  ) -> Label {
    let key = ByteName(call.map { "\(name)#\($0.id)@\(frame?.id ?? -1)" } ?? name)
    if let index = sourceIndex[key] { return Label(kind: kind, source: index) }
    sources.append(
      LabelSource(name: name, position: position, call: call, frame: frame?.id))
    sourceIndex[key] = sources.count - 1
    return Label(kind: kind, source: sources.count - 1)
  }

  /// The labels of several kinds for one source.
  func labels(
    _ kinds: Set<LabelKind>, _ name: String, at position: SourcePosition, call: Expression? = nil
  ) -> Labels {
    Set(kinds.map { label($0, name, at: position, call: call) })
  }

  /// Joins into a field of the heap.
  func grow(_ object: Int, field: String?, _ value: AbstractValue, isCertain: Bool = false) {
    if let field = field.map({ ByteName($0) }) {
      if isCertain, heap[object].certain.insert(field).inserted { hasChanged = true }
      if heap[object].fields[field, default: .nothing].formUnion(value) { hasChanged = true }
      if heap[object].fields[field] == nil { heap[object].fields[field] = value }
    } else if heap[object].others.formUnion(value) {
      hasChanged = true
    }
  }

  /// Joins labels into an object as a whole.
  func grow(_ object: Int, labels: Labels) {
    guard !labels.isSubset(of: heap[object].labels) else { return }
    heap[object].labels.formUnion(labels)
    hasChanged = true
  }

  /// Joins into a binding of a frame.
  func grow(_ frame: Frame, binding: Int, _ value: AbstractValue) {
    if frame.bindings[binding, default: .nothing].formUnion(value) { hasChanged = true }
  }

  /// Labels of what decided how many elements or fields a value has.
  func shapeLabels(_ value: AbstractValue) -> Labels {
    value.objects.reduce(value.labels) { $0.union(heap[$1].labels) }
      .without([.missing, .unescaped, .unencoded, .openMarkup])
  }

  /// Every label of a value and of all that hangs on it.
  func deepLabels(_ value: AbstractValue) -> Labels {
    var found = value.labels
    var seen = value.objects
    var todo = Array(value.objects)
    while let index = todo.popLast() {
      let object = heap[index]
      found.formUnion(object.labels)
      let all = object.anyField
      found.formUnion(all.labels)
      for next in all.objects where seen.insert(next).inserted { todo.append(next) }
    }
    return found
  }
}
