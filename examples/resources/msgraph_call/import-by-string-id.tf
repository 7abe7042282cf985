# The ID, or a path or URL that carries it. The apply records what the configuration says, and sends the keepAlive that is due.
import {
  to = msgraph_call.lab
  id = "57dab8b1-894c-409a-b240-bd8beae78896"
}
