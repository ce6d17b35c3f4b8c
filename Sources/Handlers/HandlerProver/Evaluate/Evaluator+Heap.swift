import Encodings
import HandlerLanguage

// The heap as the current path sees it.
extension Evaluator {
  /// A field as it is known here; nil when no store to it has been seen.
  func field(_ object: Int, _ name: ByteName) -> AbstractValue? {
    if let exact = view[object] { return exact[name] }
    return heap[object].fields[name]
  }

  /// All fields as they are known here.
  func fields(_ object: Int) -> [ByteName: AbstractValue] { view[object] ?? heap[object].fields }

  /// Whether a field is there whatever happened.
  func isCertain(_ object: Int, _ name: ByteName) -> Bool {
    if let exact = view[object] { return exact[name] != nil }
    return heap[object].certain.contains(name)
  }

  /// The fields in the order of their names.
  func sortedFields(_ object: Int) -> [(name: String, value: AbstractValue)] {
    fields(object).map { ($0.key.text, $0.value) }.sorted { UTF8Order.precedes($0.name, $1.name) }
  }

  /// Everything a field of an unknown name can be.
  func anyField(_ object: Int) -> AbstractValue {
    var all = heap[object].others
    for value in fields(object).values { all.formUnion(value) }
    return all
  }

  // MARK: growing

  /// Whether what still grows is given up.
  var isLate: Bool { pass > Self.settlingPasses }

  /// Joins into a field of the heap.
  func grow(_ object: Int, field: String?, _ value: AbstractValue, isCertain: Bool = false) {
    if let field = field.map({ ByteName($0) }) {
      grow(object, name: field, value, isCertain: isCertain)
    } else if heap[object].others.formUnion(value, isLate: isLate) {
      hasChanged = true
    }
  }

  /// The same for a name that is a key already.
  func grow(_ object: Int, name: ByteName, _ value: AbstractValue, isCertain: Bool = false) {
    if isCertain, heap[object].certain.insert(name).inserted { hasChanged = true }
    if heap[object].fields[name] == nil {
      heap[object].fields[name] = value
      hasChanged = true
    } else if heap[object].fields[name]?.formUnion(value, isLate: isLate) == true {
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
    if frame.bindings[binding] == nil {
      frame.bindings[binding] = value
      hasChanged = true
    } else if frame.bindings[binding]?.formUnion(value, isLate: isLate) == true {
      hasChanged = true
    }
  }

  // MARK: what is known exactly

  /// An object has just been made with these fields: until somebody else changes it, they are known.
  func open(
    _ object: Int, _ fields: [ByteName: AbstractValue], _ state: inout PathState, _ frame: Frame
  ) {
    let isKnown =
      !heap[object].isMany && !heap[object].isStoredElsewhere && heap[object].frame == frame.id
    view = [:]
    state.view[object] = isKnown ? fields : nil
    show(state)
  }

  /// An object changes in a way that is not followed field by field.
  func close(_ object: Int, _ state: inout PathState, _ frame: Frame) {
    if heap[object].frame != frame.id { noteStoredElsewhere(object) }
    if state.view[object] != nil {
      view = [:]
      state.view[object] = nil
      show(state)
    }
  }

  func noteStoredElsewhere(_ object: Int) {
    guard !heap[object].isStoredElsewhere else { return }
    heap[object].isStoredElsewhere = true
    hasChanged = true
  }

  // MARK: labels

  /// Labels of what decided how many elements or fields a value has, and which.
  func shapeLabels(_ value: AbstractValue) -> Labels {
    var all = value.labels
    for index in value.objects { all.formUnion(heap[index].labels) }
    return all.choosing
  }

  /// Every label of a value and of all that hangs on it.
  func deepLabels(_ value: AbstractValue) -> Labels {
    if value.objects.isEmpty { return value.labels }
    var found = value.labels
    var seen: Set<Int> = []
    var todo = Array(value.objects)
    while let index = todo.popLast() {
      guard seen.insert(index).inserted else { continue }
      guard view[index] != nil else {
        found.formUnion(deepLabels(object: index))
        continue
      }
      found.formUnion(heap[index].labels)
      let all = anyField(index)
      found.formUnion(all.labels)
      todo += all.objects
    }
    return found
  }

  /// The same of an object, whatever paths have stored into it. What is found in one pass may be
  /// too little while the heap still grows: then there is another pass.
  private func deepLabels(object: Int) -> Labels {
    if let known = deepMemo[object] { return known }
    var found = Labels()
    var seen: Set<Int> = []
    var todo = [object]
    while let index = todo.popLast() {
      guard seen.insert(index).inserted else { continue }
      if let known = deepMemo[index] {
        found.formUnion(known)
        continue
      }
      let item = heap[index]
      found.formUnion(item.labels)
      found.formUnion(item.others.labels)
      todo += item.others.objects
      for value in item.fields.values {
        found.formUnion(value.labels)
        if !value.objects.isEmpty { todo += value.objects }
      }
      if let rendering = item.rendering { todo += rendering.contents.objects }
    }
    deepMemo[object] = found
    return found
  }

  /// Everything that hangs on a value, as one.
  func reachable(from value: AbstractValue) -> AbstractValue {
    var all = value
    var seen: Set<Int> = []
    var todo = Array(value.objects)
    while let index = todo.popLast() {
      guard seen.insert(index).inserted else { continue }
      let inner = anyField(index).adding(heap[index].labels)
      all.formUnion(inner)
      todo += inner.objects
      if let rendering = heap[index].rendering {
        todo += rendering.contents.objects
        todo += rendering.properties.objects
      }
    }
    return all
  }

  /// Whether an object can be reached from itself.
  func isCyclic(_ value: AbstractValue) -> Bool {
    var done: Set<Int> = []
    var path: Set<Int> = []
    func visit(_ index: Int) -> Bool {
      if path.contains(index) { return heap[index].kind != .data }
      guard done.insert(index).inserted else { return false }
      path.insert(index)
      defer { path.remove(index) }
      // What stands for many objects may hold others of its kind without a circle.
      return anyField(index).objects.contains { visit($0) }
    }
    return value.objects.contains { visit($0) }
  }
}
