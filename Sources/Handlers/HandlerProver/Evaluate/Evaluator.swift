import Encodings
import HandlerLanguage
import ProjectFiles

/// Runs a program over abstract values, again and again until nothing grows any more, then once
/// more to write down what it finds.
///
/// Calls are told apart by the expression they come from, objects by the expression and frame
/// that make them, and the start of the program from its requests. What variables that only one
/// function sees, and objects that only one function changes, hold is followed from statement to
/// statement; all others keep everything that is ever stored in them. Only code that can be reached
/// from the module level or from the handler is looked at.
///
/// What an operation does is its row in a table. One without a row of its own gives a value with
/// every label of every operand, uses them, may fault, and may call every function among them.
final class Evaluator {
  /// What tells objects apart.
  struct Allocation: Hashable {
    var site: Int
    /// Several objects of one site: `headers` and `body` of one response.
    var part: String
    var frame: Int
  }
  /// What tells sources of labels apart.
  struct SourceKey: Hashable {
    var name: ByteName
    var call = -1
    var frame = -1
    var position: SourcePosition?
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
  /// Whether there is any JSX element to be rendered.
  var hasElements = false
  var functions: [AbstractFunction] = []
  var functionIndex: [AbstractFunction: Int] = [:]
  var sequences: [GuardSequence] = []
  var sequenceIndex: [Allocation: Int] = [:]
  /// Receivers of methods that were read as values.
  var receivers: [AbstractValue] = []
  var receiverIndex: [Int: Int] = [:]
  var bodies: [Int: Function] = [:]
  var frames: [Frame] = []
  var frameIndex: [Frame.Key: Int] = [:]
  /// The first stands for all that are not told apart.
  var sources = [
    LabelSource(name: "other data", position: SourcePosition(file: 0, line: 1, column: 1))
  ]
  var sourceIndex: [SourceKey: Int] = [:]
  var sourceCount: [ByteName: Int] = [:]
  /// Labels of what the program writes to each cache namespace, and to those of unknown name.
  var cacheContents: [ByteName: Labels] = [:]
  var cacheAnywhere: Labels = []
  /// Labels of what the program writes to each table.
  var tableContents: [ByteName: Labels] = [:]
  /// Labels of what may end a request early.
  var faults: Labels = []
  /// The initialisers of constants, so that a test of the constant is a test of what it says.
  var initialisers: [Int: Expression] = [:]
  /// Names of fields that are assigned to anywhere: conditions say nothing lasting about them.
  var assignedFields: Set<ByteName> = []
  /// Whether fields are assigned to whose names are not known.
  var assignsAnyField = false
  /// Names of fields of Responses and Results that are; nil is a name that is not known.
  var changedOutcomes: Set<ByteName?> = []
  /// What the turns of each loop leave behind, by loop and frame.
  var turns: [TurnKey: PathState] = [:]
  /// How often the turns of each loop were looked at.
  var turnCount: [TurnKey: Int] = [:]
  /// Labels that a repeated call's earlier runs leave on the later ones.
  var repeated: [Findings.CallPlace: Labels] = [:]

  var pass = 0
  var hasChanged = false
  /// Frames whose bodies wait for the stack to be shallow again.
  var waiting: [Frame] = []
  /// Those that waited in the pass before, in the order in which their turn came.
  private var waited: [Frame] = []
  var depth = 0
  /// How deep statements and expressions are nested in each other right now, over all calls.
  var nesting = 0
  /// How many constants are being looked through to the questions they answer.
  var aliases = 0
  /// Returns, breaks, faults and failed asserts met in the function that is being evaluated.
  var exits = 0
  /// How many loops of the function stand around the current place.
  var loops = 0
  /// The loops and switches around the statement, and the states that leave them early.
  var jumps: [Jumps] = []
  /// What the objects of the current path hold: that of the state which is being evaluated.
  var view: [Int: [ByteName: AbstractValue]] = [:]
  /// How often each outcome was made, to see whether a call has made one.
  var outcomesMade: [Int: Int] = [:]
  /// Whether the next call of a function is not told apart from others: it is one of too many that
  /// are called at one place.
  var sharesFrames = false
  /// The constants that hold an outcome on the current path.
  var holders: [Int: Int] = [:]
  /// Labels of objects and all that hangs on them, as seen in this pass.
  var deepMemo: [Int: Labels] = [:]
  /// What is hidden, and what could be: nil in every proof but those that try the tests.
  var trial: WeaknessTrial?
  /// Set in the last pass.
  var findings: Findings?
  /// What expressions give in the last pass; nil where nobody asked by which way data comes.
  var trace: Trace?
  /// What the handler returns, known from the last pass on.
  var answered = AbstractValue.nothing
  /// The frame that the runtime calls the handler from.
  let outside = Frame(
    id: -1, function: nil, parent: nil, callee: -1, caller: -1,
    key: Frame.Key(function: -1, callSite: -2, parent: -1, phase: .request, routes: .any))
  /// Where the handler stands.
  var handlerAt = SourcePosition(file: 0, line: 1, column: 1)

  // Beyond these the analysis merges what it could tell apart, and queues what it could follow.
  static let mostFrames = 3000
  static let deepest = 400
  static let deepestNesting = 2000
  static let settlingPasses = 8
  static let mostPlacesOfAName = 48

  init(program: Program, secretOverrides: [ByteName: Bool]) {
    self.program = program
    self.secretOverrides = secretOverrides
    let key = Frame.Key(function: -1, callSite: -1, parent: -1, phase: .start, routes: .any)
    frames.append(Frame(id: 0, function: nil, parent: nil, callee: -1, caller: -1, key: key))
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
    deepMemo.removeAll(keepingCapacity: true)
    view = [:]
    // What functions return has a short way when the innermost come first, what they are called with
    // when the outermost do: by turns, so that neither takes a pass for each frame that waits.
    if findings == nil, pass.isMultiple(of: 2) {
      for frame in waited.reversed() where frame.pass != pass { evaluateBody(frame) }
    }
    waited.removeAll()
    var state = PathState()
    for module in program.modules { execute(module.body, &state, moduleFrame) }
    runHandler(state)
    while let frame = waiting.popLast() {
      if frame.pass == pass { continue }
      waited.append(frame)
      evaluateBody(frame)
    }
  }

  // MARK: tables

  /// The heap's object for an expression of a frame, made when it is not there yet.
  func allocate(
    _ kind: AbstractObject.Kind, at expression: Expression, part: String = "", in frame: Frame
  ) -> Int {
    let key = Allocation(site: expression.id, part: part, frame: frame.id)
    let isMany = frame.isMany || loops > 0
    if let index = heapIndex[key] {
      if isMany, !heap[index].isMany {
        heap[index].isMany = true
        hasChanged = true
      }
      return index
    }
    heap.append(
      AbstractObject(
        kind: kind, phase: frame.phase, position: expression.position, frame: frame.id,
        isMany: isMany))
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

  /// A label; sources are told apart by name and, where they matter, by call and by place.
  func label(
    _ kind: LabelKind, _ name: String, at position: SourcePosition, call: Expression? = nil,
    in frame: Frame? = nil, isPlaced: Bool = false
  ) -> Label {
    var key = SourceKey(
      name: ByteName(name), call: call?.id ?? -1, frame: frame?.id ?? -1,
      position: isPlaced ? position : nil)
    if let index = sourceIndex[key] { return Label(kind: kind, source: index) }
    let count = sourceCount[key.name, default: 0]
    if count >= Self.mostPlacesOfAName {
      // More are not told apart.
      key.call = -1
      key.frame = -1
      key.position = nil
      if let index = sourceIndex[key] { return Label(kind: kind, source: index) }
    }
    sourceCount[key.name] = count + 1
    sources.append(
      LabelSource(
        name: name, position: position, call: key.call < 0 ? nil : call,
        frame: key.frame < 0 ? nil : frame?.id))
    sourceIndex[key] = sources.count - 1
    return Label(kind: kind, source: sources.count - 1)
  }

  /// The labels of several kinds for one source.
  func labels(
    _ kinds: LabelKinds, _ name: String, at position: SourcePosition, call: Expression? = nil,
    isPlaced: Bool = false
  ) -> Labels {
    var found = Labels()
    for kind in kinds.each {
      found.insert(label(kind, name, at: position, call: call, isPlaced: isPlaced))
    }
    return found
  }
}
