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
    let value = unhidden(value)
    if let field = field.map({ ByteName($0) }) {
      grow(object, name: field, value, isCertain: isCertain)
    } else if heap[object].others.formUnion(value, isLate: isLate) {
      hasChanged = true
    }
  }

  /// The same for a name that is a key already.
  func grow(_ object: Int, name: ByteName, _ value: AbstractValue, isCertain: Bool = false) {
    let value = unhidden(value)
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
    let labels = unhidden(AbstractValue(labels: labels)).labels
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
    state.view[object] = isKnown ? (trial == nil ? fields : fields.mapValues(unhidden)) : nil
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
    var seen: Indices = []
    var todo = Array(value.objects)
    while let index = todo.popLast() {
      guard seen.insert(index) else { continue }
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

  /// An object on the way from the one that was asked about.
  private struct Visit {
    var object: Int
    /// The lowest number of an object that leads back here or further.
    var low: Int
    var labels: Labels
    var parts: Indices.Iterator
  }

  /// The same of an object, whatever paths have stored into it. What is found in one pass may be
  /// too little while the heap still grows: then there is another pass.
  ///
  /// Objects that lead to each other have the same labels: found as Tarjan finds the strongly
  /// connected components, so that each object is looked into once in a pass.
  private func deepLabels(object: Int) -> Labels {
    if let known = deepMemo[object] { return known }
    var numbers: [Int: Int] = [:]
    var waiting: [Int] = []
    var visits: [Visit] = []
    func enter(_ object: Int) {
      let (labels, parts) = parts(of: heap[object])
      visits.append(
        Visit(object: object, low: numbers.count, labels: labels, parts: parts.makeIterator()))
      numbers[object] = numbers.count
      waiting.append(object)
    }
    enter(object)
    while var visit = visits.popLast() {
      if let part = visit.parts.next() {
        if let known = deepMemo[part] {
          visit.labels.formUnion(known)
        } else if let number = numbers[part] {
          visit.low = min(visit.low, number)
        }
        visits.append(visit)
        if deepMemo[part] == nil, numbers[part] == nil { enter(part) }
        continue
      }
      if visit.low == numbers[visit.object] {
        while let member = waiting.popLast() {
          deepMemo[member] = visit.labels
          if member == visit.object { break }
        }
      }
      guard let last = visits.indices.last else { return visit.labels }
      visits[last].labels.formUnion(visit.labels)
      visits[last].low = min(visits[last].low, visit.low)
    }
    return []
  }

  /// Labels that an object has itself, and what hangs on it.
  private func parts(of object: AbstractObject) -> (labels: Labels, objects: Indices) {
    var all = object.others
    all.labels.formUnion(object.labels)
    for value in object.fields.values {
      all.labels.formUnion(value.labels)
      all.objects.formUnion(value.objects)
    }
    if let rendering = object.rendering { all.objects.formUnion(rendering.contents.objects) }
    return (all.labels, all.objects)
  }

  /// Everything that hangs on a value, as one.
  func reachable(from value: AbstractValue) -> AbstractValue {
    var all = value
    var seen: Indices = []
    var todo = Array(value.objects)
    while let index = todo.popLast() {
      guard seen.insert(index) else { continue }
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
    var done: Indices = []
    for root in value.objects where done.insert(root) {
      var path: Indices = [root]
      var visits = [(object: root, parts: anyField(root).objects.makeIterator())]
      while let last = visits.indices.last {
        guard let part = visits[last].parts.next() else {
          path.remove(visits.removeLast().object)
          continue
        }
        // What stands for many objects may hold others of its kind without a circle.
        if path.contains(part), heap[part].kind != .data { return true }
        guard done.insert(part) else { continue }
        path.insert(part)
        visits.append((part, anyField(part).objects.makeIterator()))
      }
    }
    return false
  }
}
