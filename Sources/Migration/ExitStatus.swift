/// What the process tells the shell.
package enum ExitStatus: Int32, Hashable, Sendable {
    case success = 0
    /// Some tables failed or differ, or rows were rejected.
    case incomplete = 1
    /// The arguments cannot be used, or no plan can be made of them.
    case refused = 2
    /// The source or the target could not be reached.
    case unreachable = 3
    /// Interrupted: 128 and the number of SIGINT.
    case interrupted = 130

    /// The status of a run that an error ended.
    package init(for error: any Error) {
        switch error {
        case is CancellationError: self = .interrupted
        case let error as MigrationError: self.init(for: error.kind)
        default: self = .incomplete
        }
    }

    private init(for kind: MigrationError.Kind) {
        switch kind {
        case .sourceUnreachable, .targetUnreachable: self = .unreachable
        case .usage, .schemaNotFound, .schemaEmpty, .planRefused: self = .refused
        case .source, .target, .tableMismatch, .file: self = .incomplete
        case .interrupted: self = .interrupted
        }
    }
}
