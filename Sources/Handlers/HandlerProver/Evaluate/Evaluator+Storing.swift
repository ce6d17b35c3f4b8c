import Encodings
import HandlerLanguage

/// Stores into variables, fields and elements.
extension Evaluator {
  /// Stores into a field. What decides whether it happens, and where, leaves its mark on the value.
  func store(
    _ value: AbstractValue, in base: AbstractValue, field name: String?,
    _ state: inout PathState, _ frame: Frame, at position: SourcePosition
  ) {
    let deciding = state.control.union(base.labels.without([.missing, .openMarkup, .piece]))
    let value = value.adding(deciding)
    if base.mayBePrimitive || !base.functions.isEmpty { addFault(base.labels, &state, frame) }
    let isOfStart = areOfStart(base.objects)
    for index in base.objects {
      let object = heap[index]
      noteStore(
        into: object.phase, &state, frame, "an object made at start is changed", at: position,
        isCertain: isOfStart)
      let name = object.kind == .headers ? name?.lowercasedASCII : name
      noteFixedFields(object, name, &state, frame)
      guard let name else {
        grow(index, field: nil, value)
        // Which fields there are now depends on what led here.
        grow(index, labels: deciding)
        close(index, &state, frame)
        continue
      }
      grow(index, field: name, value)
      if object.kind == .array || object.kind == .data { grow(index, labels: deciding) }
      if object.kind == .array, name == "length" {
        grow(index, labels: value.labels.without([.missing]))
        grow(index, field: nil, .undefined)
        close(index, &state, frame)
      } else if base.objects.count == 1, object.frame == frame.id, state.view[index] != nil,
        object.kind != .array || state.view[index]?[ByteName(name)] != nil
      {
        view = [:]
        state.view[index]?[ByteName(name)] = value
        show(state)
      } else {
        close(index, &state, frame)
      }
    }
  }

  /// A Response, a Result and the request have the fields they have; storing others is a fault.
  private func noteFixedFields(
    _ object: AbstractObject, _ name: String?, _ state: inout PathState, _ frame: Frame
  ) {
    switch object.kind {
    case .response, .result, .element, .request: addFault([], &state, frame)
    default: break
    }
  }

  /// Where an assignment stores to, its parts evaluated.
  enum Place {
    case variable(Int?, Expression)
    case member(AbstractValue, String, Expression)
    case index(AbstractValue, AbstractValue, Expression)
  }

  func evaluate(
    placeOf target: AssignmentTarget, _ state: inout PathState, _ frame: Frame
  ) -> Place {
    switch target {
    case .variable(let name):
      guard case .binding(let binding)? = program.references[name.id] else {
        return .variable(nil, name)
      }
      return .variable(binding, name)
    case .member(let object, let name):
      return .member(evaluate(object, &state, frame), name, object)
    case .index(let object, let index):
      let base = evaluate(object, &state, frame)
      let key = evaluate(index, &state, frame)
      render(key, at: index, &state, frame)
      consume(key, at: index.position)
      return .index(base, key, object)
    }
  }

  /// The old value of an assignment's target.
  func load(
    _ place: Place, _ target: AssignmentTarget, _ state: PathState, _ frame: Frame
  ) -> AbstractValue {
    switch place {
    case .variable(let binding, let name):
      guard let binding else { return .nothing }
      return refine(value(of: binding, state, frame), name, state)
    case .member(let base, let name, let object):
      return load(base, name, at: object.position)
    case .index(let base, let key, let object):
      return load(base, key, object, state)
    }
  }

  /// `target = value`.
  func assign(
    _ value: AbstractValue, to place: Place, _ state: inout PathState, _ frame: Frame
  ) {
    switch place {
    case .variable(let binding, let name):
      guard let binding, let owner = frame.owner(of: program.bindings[binding].function)
      else { return }
      noteStore(
        into: owner.phase, &state, frame,
        "`\(program.bindings[binding].name)` of the module is assigned to",
        at: name.position)
      state.known.forget(binding)
      state.alternatives[.binding(binding)] = nil
      if isLocal(binding, frame) {
        state.locals[binding] = value.adding(state.control)
      } else {
        grow(owner, binding: binding, value.adding(state.control))
      }
    case .member(let base, let name, let object):
      reach(base, at: object.position, false, &state, frame)
      noteAssigned(name, of: base)
      store(value, in: base, field: name, &state, frame, at: object.position)
    case .index(let base, let key, let object):
      reach(base, at: object.position, false, &state, frame)
      let labels = key.labels.without([.missing, .openMarkup, .piece])
      for index in base.objects where !labels.isEmpty { grow(index, labels: labels.choosing) }
      let names = fieldNames(key)
      for name in names {
        noteAssigned(name, of: base)
        // One of several names, or any: what the others hold stays.
        if names.count > 1 { for index in base.objects { close(index, &state, frame) } }
        store(
          value.adding(labels.choosing), in: base, field: name, &state, frame,
          at: object.position)
        if name == nil {
          for index in base.objects { grow(index, labels: key.labels.without([.missing])) }
        }
      }
    }
  }

  /// Conditions about fields that are assigned to say nothing that lasts; nil is a name that is not
  /// known.
  func noteAssigned(_ name: String?, of base: AbstractValue) {
    for index in base.objects {
      switch heap[index].kind {
      case .array: continue
      case .response, .result:
        if changedOutcomes.insert(name.map { ByteName($0) }).inserted { hasChanged = true }
      default: break
      }
      if let name {
        if assignedFields.insert(ByteName(name)).inserted { hasChanged = true }
      } else if !assignsAnyField {
        assignsAnyField = true
        hasChanged = true
      }
    }
  }

  /// Whether a field of a Response or a Result may be assigned to anywhere.
  func mayChangeOutcomes(_ name: String) -> Bool {
    changedOutcomes.contains(nil) || changedOutcomes.contains(ByteName(name))
  }
}
