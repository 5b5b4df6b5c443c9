# The program of `crstream demo`: counts, and with each number prints a checksum over all that it computed so far.
# Four threads compute a part of each number; a table of 2^20 numbers is kept in memory and read all the time, so that
# one lost byte, one lost thread or one wrong register shows in the checksum. Demonstration/Chain.cs computes the same.
use strict;
use integer;
use POSIX ();

# Perl's smallest package has no threads; the parts are computed one after the other there.
my $threaded;
BEGIN { $threaded = eval { require threads; threads->import; require threads::shared; threads::shared->import; 1 } }

# Nothing of whoever started the demo is to be held here, so that the program stands alone.
POSIX::close($_) for 3 .. 1023;
$| = 1;

sub next_number { return ($_[0] * 1103515245 + 12345) & 0x7fffffff }

sub part {
    my ($count, $number) = @_;
    my $x = $count * 4 + $number;
    $x = next_number($x) for 1 .. 5000;
    return $x;
}

my ($round, $left, @parts) = (0, 0, 0, 0, 0, 0);
if ($threaded) {
    share($round);
    share($left);
    share(@parts);
    @parts = (0, 0, 0, 0);
    for my $number (0 .. 3) {
        threads->create(sub {
            my $done = 0;
            while (1) {
                { lock($round); cond_wait($round) while $round == $done; $done = $round; }
                my $part = part($done, $number);
                { lock($left); $parts[$number] = $part; $left--; cond_signal($left); }
            }
        })->detach;
    }
}

my @table;
my $x = 1;
push @table, $x = next_number($x) for 1 .. 1 << 20;

my $sum = 0;
for (my $count = 1; ; $count++) {
    if ($threaded) {
        { lock($left); $left = 4; }
        { lock($round); $round = $count; cond_broadcast($round); }
        { lock($left); cond_wait($left) while $left > 0; }
    }
    else {
        @parts = map { part($count, $_) } 0 .. 3;
    }
    $sum ^= $table[($count * 7919) & 0xfffff];
    $sum ^= $_ for @parts;
    $sum = next_number($sum);
    printf "count %d checksum %08x\n", $count, $sum;
    select undef, undef, undef, 0.05;
}
