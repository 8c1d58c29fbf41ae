/// Why no plan can be made from what the user asked for.
package enum PlanError: Error, Hashable, Sendable {
    /// Two tables would get the same name.
    case nameClash(target: String, first: QualifiedName, second: QualifiedName)
    /// A pattern of `--tables` or `--exclude` selects nothing; `hint` says what it may have meant.
    case patternMatchesNothing(pattern: String, option: String, hint: String?)
}

extension PlanError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .nameClash(let target, let first, let second):
            "tables \(first) and \(second) would both be named \"\(target)\" in the target: "
                + "rename one, or leave it out with --exclude"
        case .patternMatchesNothing(let pattern, let option, let hint):
            "\(option) \(pattern) matches no table" + (hint.map { ": \($0)" } ?? "")
        }
    }
}
