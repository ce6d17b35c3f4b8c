/// The heap of one isolate: where strings, objects, arrays and functions live.
///
/// A word that can be copied freely; all copies speak of the same heap. It has two arenas: while
/// module bodies run everything goes to the frozen one; ``startServing()`` closes that, and from
/// then on blocks go to the request arena, which ``endRequest()`` empties.
///
/// Invariant: the state outlives every copy, because the isolate owns it and hands out copies to
/// code it calls only.
struct Heap {
  let state: UnsafeMutablePointer<HeapState>

  /// Bytes that requests hold at this moment.
  var requestBytes: Int { state.pointee.requestBytes }

  /// A block of at least `bytes` bytes, aligned to 8 and not cleared.
  /// - Throws: a memory fault beyond the limit.
  @inline(__always) func allocate(_ bytes: Int) throws(Fault) -> UnsafeMutableRawPointer {
    let start = state.pointee.next
    let size = UInt(bitPattern: bytes &+ 7) & ~7
    let end = start &+ size
    if end > state.pointee.limit || end < start { return try allocateSlowly(size) }
    state.pointee.next = end
    return UnsafeMutableRawPointer(bitPattern: start).unsafelyUnwrapped
  }

  @inline(never)
  private func allocateSlowly(_ size: UInt) throws(Fault) -> UnsafeMutableRawPointer {
    try state.pointee.grow(by: size)
    let start = state.pointee.next
    state.pointee.next = start &+ size
    return UnsafeMutableRawPointer(bitPattern: start).unsafelyUnwrapped
  }

  /// A block that lives as long as the isolate: texts of atoms, flattened module-level ropes.
  func allocatePermanently(_ bytes: Int) throws(Fault) -> UnsafeMutableRawPointer {
    let size = UInt(bitPattern: bytes &+ 7) & ~7
    guard state.pointee.isServing else { return try allocate(bytes) }
    return try state.pointee.allocateFrozen(size)
  }

  /// Whether a block belongs to module-level state and must not be stored into any more.
  @inline(__always) func isFrozen(_ pointer: UnsafeMutableRawPointer) -> Bool {
    UInt(bitPattern: pointer) &- state.pointee.frozenBase < state.pointee.frozenLength
  }

  /// - Throws: a fault when the block is frozen.
  @inline(__always) func checkStore(_ pointer: UnsafeMutableRawPointer) throws(Fault) {
    if isFrozen(pointer) { throw Fault.frozenStore }
  }

  /// Closes the frozen arena: module-level state is made.
  func startServing() { state.pointee.startServing() }

  /// Forgets everything that was made since the last call.
  func endRequest() { state.pointee.endRequest() }

  /// - Throws: a stack fault when less than the reserve is left of this thread's stack. Whatever
  ///   recurses over data asks before each level.
  @inline(__always) func checkStack() throws(Fault) {
    if Stack.pointer < state.pointee.stackLimit { throw Fault.outOfStack }
  }
}

/// What a ``Heap`` speaks of. One to an isolate.
struct HeapState: ~Copyable {
  /// Where the next block goes, and the end of what is writable, in the arena in use.
  var next: UInt
  var limit: UInt
  /// The frozen address range; empty until serving begins, so that one comparison answers.
  private(set) var frozenBase: UInt = 0
  private(set) var frozenLength: UInt = 0
  /// Below this address the stack of the thread in use is as good as full.
  var stackLimit: UInt = 0
  /// Calls and loop turns that are left.
  var steps = 0
  /// The first register that must not be used.
  var registersEnd: UInt = 0
  private(set) var isServing = false
  private var frozen: Arena
  private var request: Arena
  /// Permanent names and shapes.
  let atoms: AtomTable
  let shapes: ShapeTable
  /// The shapes by number, which `shapes` owns: read without counting a reference.
  let shapeList: UnsafeMutablePointer<Shape>
  /// The shape of nodes as `h` makes them; ``Shape/empty`` until there was one.
  var nodeShape = Shape.empty
  /// What objects of each class can do, by ``ObjectClass/rawValue``.
  var classes: [ClassBehavior]
  /// Compiled functions by ``Function/id``, and natives by number; the isolate makes and frees them.
  var functions: UnsafeMutablePointer<FunctionEntry>
  var natives: UnsafeMutablePointer<NativeEntry>
  /// The isolate that owns this state.
  let isolate: Unmanaged<Isolate>
  /// The strings of single ASCII units.
  var characters: [StringRef] = []
  /// Arrays that are being made a text, from the outermost in.
  var joining: [UnsafeMutableRawPointer] = []
  /// What the hash of strings starts from, so that nobody outside can choose collisions.
  let seed: UInt64

  /// An empty heap over two empty arenas: the limits of module-level state and of one request.
  init(
    frozen: consuming Arena, request: consuming Arena, seed: UInt64, isolate: Isolate,
    functions: UnsafeMutablePointer<FunctionEntry>, natives: UnsafeMutablePointer<NativeEntry>
  ) {
    self.isolate = Unmanaged.passUnretained(isolate)
    self.functions = functions
    self.natives = natives
    next = frozen.next
    limit = frozen.committed
    self.frozen = frozen
    self.request = request
    atoms = AtomTable()
    shapes = ShapeTable()
    shapeList = shapes.shapes
    classes = Array(repeating: ClassBehavior(), count: 256)
    self.seed = seed
  }

  var requestBytes: Int { isServing ? Int(next - request.base) : 0 }

  mutating func grow(by size: UInt) throws(Fault) {
    guard size < 1 << 40 else { throw Fault.outOfMemory }
    if isServing {
      try request.commit(upTo: next &+ size)
      limit = request.committed
    } else {
      try frozen.commit(upTo: next &+ size)
      limit = frozen.committed
    }
  }

  /// Whether requests may use what their arena holds back: for clean-ups once memory is used up.
  mutating func lend(_ isLending: Bool) { request.isLending = isLending }

  mutating func allocateFrozen(_ size: UInt) throws(Fault) -> UnsafeMutableRawPointer {
    guard size < 1 << 40 else { throw Fault.outOfMemory }
    let start = frozen.next
    if start &+ size > frozen.committed { try frozen.commit(upTo: start &+ size) }
    frozen.next = start &+ size
    return UnsafeMutableRawPointer(bitPattern: start).unsafelyUnwrapped
  }

  mutating func startServing() {
    guard !isServing else { return }
    frozen.next = next
    isServing = true
    frozenBase = frozen.base
    frozenLength = UInt(frozen.reserved)
    next = request.next
    limit = request.committed
  }

  mutating func endRequest() {
    guard isServing else { return }
    request.next = next
    request.reset()
    next = request.next
  }
}
