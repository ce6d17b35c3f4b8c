/// The memory that compiled code of one isolate refers to by address.
///
/// Invariant: addresses stay valid as long as this object lives; the isolate owns it, and code
/// runs only while the isolate lives.
final class IsolateTables {
  /// Compiled functions.
  let functions: UnsafeMutablePointer<FunctionEntry>
  private let functionCount: Int
  /// Natives by number.
  let natives: UnsafeMutablePointer<NativeEntry>
  private let nativeCount: Int
  /// Module-level variables by binding; ``Value/empty`` until their declaration has run.
  let globals: UnsafeMutablePointer<Value>
  /// The heap's state.
  let state: UnsafeMutablePointer<HeapState>
  private var hasState = false

  init(natives boxes: [NativeBox], functions functionCount: Int, globals globalCount: Int) {
    self.functionCount = functionCount
    functions = .allocate(capacity: functionCount)
    for index in 0..<functionCount { (functions + index).initialize(to: .undefined()) }
    nativeCount = boxes.count
    natives = .allocate(capacity: max(1, nativeCount))
    for (index, box) in boxes.enumerated() {
      (natives + index).initialize(to: NativeEntry(box.call))
    }
    globals = .allocate(capacity: globalCount + 1)
    globals.initialize(repeating: .empty, count: globalCount + 1)
    state = .allocate(capacity: 1)
  }

  /// Puts the heap's state in its place, once.
  func initializeState(_ value: consuming HeapState) {
    precondition(!hasState)
    state.initialize(to: value)
    hasState = true
  }

  deinit {
    functions.deinitialize(count: functionCount)
    functions.deallocate()
    natives.deinitialize(count: nativeCount)
    natives.deallocate()
    globals.deallocate()
    if hasState { state.deinitialize(count: 1) }
    state.deallocate()
  }
}
