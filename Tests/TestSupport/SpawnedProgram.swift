public import Foundation

/// A program that runs (posix_spawnp(3)).
///
/// Foundation's `Process` watches all children from one thread and lost the end of one among hundreds of short ones.
public struct SpawnedProgram: Sendable {
    private let pid: pid_t

    /// Starts a program, found in PATH when its name has no slash.
    ///
    /// Variables that would change how PostgreSQL's programs connect are not passed on.
    ///
    /// - Parameters:
    ///   - command: its name and arguments.
    ///   - standardInput: closed here once the child has it, like the other two; nil is /dev/null.
    ///   - standardOutput: where it prints.
    ///   - standardError: where it complains.
    /// - Throws: `ChildProcess.Failure`.
    public init(
        _ command: [String],
        standardInput: FileHandle? = nil,
        standardOutput: FileHandle? = nil,
        standardError: FileHandle? = nil
    ) throws {
        let handles = [standardInput, standardOutput, standardError]
        defer { for handle in handles { try? handle?.close() } }
        #if canImport(Darwin)
        var actions: posix_spawn_file_actions_t?
        var attributes: posix_spawnattr_t?
        #else
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        for (target, handle) in zip([STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO], handles) {
            if let handle {
                posix_spawn_file_actions_adddup2(&actions, handle.fileDescriptor, target)
            } else {
                posix_spawn_file_actions_addopen(&actions, target, "/dev/null", O_RDWR, 0)
            }
        }
        // What the tests ignore or block, the child would too.
        var (all, none) = (sigset_t(), sigset_t())
        sigfillset(&all)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        let variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("PG") }
        var argv: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        var envp: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for string in argv + envp { free(string) } }
        var pid = pid_t()
        let status = posix_spawnp(&pid, command[0], &actions, &attributes, &argv, &envp)
        guard status == 0 else {
            throw ChildProcess.Failure(description: "\(command[0]) cannot be run: \(String(cString: strerror(status)))")
        }
        self.pid = pid
    }

    /// Sends a signal; the program must not have been waited for yet.
    public func send(_ signal: Int32) { kill(pid, signal) }

    /// Waits for its end; to be called once.
    ///
    /// - Returns: the exit status, or 128 and the number of the signal that ended it.
    public func end() async -> Int32 {
        await onThread { [pid] in
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
            return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F
        }
    }
}

/// A pipe whose ends no other child inherits.
struct CloexecPipe: Sendable {
    let reading: FileHandle
    let writing: FileHandle

    init() throws {
        // A child that ends before it has read its input must not end the tests too.
        _ = signal(SIGPIPE, SIG_IGN)
        let pipe = Pipe()
        (reading, writing) = (pipe.fileHandleForReading, pipe.fileHandleForWriting)
        for handle in [reading, writing] {
            guard handle.fileDescriptor >= 0, fcntl(handle.fileDescriptor, F_SETFD, FD_CLOEXEC) == 0 else {
                throw ChildProcess.Failure(description: "no pipe: \(String(cString: strerror(errno)))")
            }
        }
    }

    /// Reads to the end; blocks.
    func read() -> String {
        defer { try? reading.close() }
        return String(decoding: (try? reading.readToEnd()) ?? Data(), as: UTF8.self)
    }

    /// Writes as much as is taken, then the end; blocks.
    func write(_ text: String) {
        try? writing.write(contentsOf: Data(text.utf8))
        try? writing.close()
    }
}
