using System.Runtime.InteropServices;

namespace CrStream.Cli;

/// <summary>
/// The signals that the command gets. They cancel what it does, so that the engine can let its tasks go; once a
/// restored process runs in the foreground, they go on to it instead.
/// </summary>
internal sealed class Signals : IDisposable
{
    /// <summary>What ends a command, by signal(7): SIGHUP, SIGINT, SIGQUIT, SIGTERM.</summary>
    private static readonly int[] Ending = [1, 2, 3, 15];

    /// <summary>What else a foreground process may be sent: SIGUSR1, SIGUSR2, SIGCONT, SIGWINCH.</summary>
    private static readonly int[] Further = [10, 12, 18, 28];

    private readonly Lock gate = new();
    private readonly CancellationTokenSource source = new();
    private readonly List<PosixSignalRegistration> registrations = [];
    private readonly List<int> held = [];
    private Action<int>? target;
    private bool holding;

    /// <summary>Cancelled by the first signal that would end the command.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>Begins to listen for the signals that end the command.</summary>
    public void Listen() => Register(Ending);

    /// <summary>
    /// Begins to listen for the other signals too, before there is a process to send them to, since their default is to
    /// end the command: they are kept for <see cref="RelayTo"/>.
    /// </summary>
    public void Hold()
    {
        lock (gate)
        {
            holding = true;
        }

        Register(Further);
    }

    /// <summary>Sends every signal to a process from now on, and first those that came since <see cref="Hold"/>.</summary>
    public void RelayTo(Action<int> send)
    {
        lock (gate)
        {
            held.ForEach(send);
            held.Clear();
            target = send;
        }
    }

    /// <summary>What is done when a signal comes.</summary>
    public void Deliver(int number)
    {
        lock (gate)
        {
            if (target is not null)
            {
                target(number);
                return;
            }

            if (holding)
            {
                held.Add(number);
            }
        }

        if (Ending.Contains(number))
        {
            source.Cancel();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        registrations.ForEach(registration => registration.Dispose());
        source.Dispose();
    }

    private void Register(int[] numbers)
    {
        foreach (var number in numbers)
        {
            registrations.Add(PosixSignalRegistration.Create((PosixSignal)number, context =>
            {
                context.Cancel = true;
                Deliver(number);
            }));
        }
    }
}
