// Matches a corpus against rules with event-ruler, as its README shows it, and prints events per second and matches.
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import software.amazon.event.ruler.Machine;

public class Matching {
  public static void main(String[] arguments) throws Exception {
    List<String> events = Files.readAllLines(Path.of(arguments[0]));
    List<String> rules = Files.readAllLines(Path.of(arguments[1]));
    double warmUpSeconds = Double.parseDouble(arguments[2]);
    double seconds = Double.parseDouble(arguments[3]);
    Machine machine = new Machine();
    for (int index = 0; index < rules.size(); index++) machine.addRule("rule-" + index, rules.get(index));
    run(machine, events, warmUpSeconds);
    long matches = 0;
    for (String event : events) matches += machine.rulesForJSONEvent(event).size();
    System.out.println("{\"perSecond\":" + run(machine, events, seconds) + ",\"matches\":" + matches + "}");
  }

  private static double run(Machine machine, List<String> events, double seconds) throws Exception {
    long started = System.nanoTime();
    long until = started + (long) (seconds * 1e9);
    long count = 0;
    while (System.nanoTime() < until) {
      for (int index = 0; index < 1000; index++) machine.rulesForJSONEvent(events.get((int) (count++ % events.size())));
    }
    return count / ((System.nanoTime() - started) / 1e9);
  }
}
